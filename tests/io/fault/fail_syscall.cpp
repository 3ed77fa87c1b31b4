// A library to preload: the N-th system call with which a process touches files under a folder fails, or kills it.
//
//   FAULT_UNDER    the folder
//   FAULT_CALL     N, from 1
//   FAULT_MODE     eio, enospc: the call fails;  kill: the process dies before the call;  short: a read or write does
//   half FAULT_HIT      a file that is created when call N was reached, holding the call's name
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

enum class Fault { none, fails, half };

bool watched_descriptor[1024];
int calls = 0;
bool busy = false;  // our own calls are not counted

template <class Function> Function next(const char* name) { return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name)); }

void leave_mark(const char* call) {
  busy = true;
  const int fd = next<int (*)(const char*, int, ...)>("open")(getenv("FAULT_HIT"), O_WRONLY | O_CREAT, 0666);
  if (fd >= 0) {
    next<ssize_t (*)(int, const void*, size_t)>("write")(fd, call, strlen(call));
    next<int (*)(int)>("close")(fd);
  }
  busy = false;
}

Fault count(const char* call) {
  const char *number = getenv("FAULT_CALL"), *mode = getenv("FAULT_MODE");
  if (busy || number == nullptr || mode == nullptr || ++calls != atoi(number)) return Fault::none;
  leave_mark(call);
  if (strcmp(mode, "kill") == 0) raise(SIGKILL);
  if (strcmp(mode, "short") == 0) return Fault::half;
  errno = strcmp(mode, "enospc") == 0 ? ENOSPC : EIO;
  return Fault::fails;
}

bool under(const char* path) {
  const char* folder = getenv("FAULT_UNDER");
  return folder != nullptr && strncmp(path, folder, strlen(folder)) == 0;
}
bool watched(int fd) { return fd >= 0 && fd < 1024 && watched_descriptor[fd]; }

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? mode_t(va_arg(list, int)) : 0;
  va_end(list);
  const bool watch = under(path);
  if (watch && count("open") == Fault::fails) return -1;
  const int fd = next<int (*)(const char*, int, ...)>("open")(path, flags, mode);
  if (fd >= 0 && fd < 1024) watched_descriptor[fd] = watch;
  return fd;
}

ssize_t read(int fd, void* out, size_t size) {
  const Fault fault = watched(fd) ? count("read") : Fault::none;
  if (fault == Fault::fails) return -1;
  return next<ssize_t (*)(int, void*, size_t)>("read")(fd, out, fault == Fault::half && size > 1 ? size / 2 : size);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  const Fault fault = watched(fd) ? count("write") : Fault::none;
  if (fault == Fault::fails) return -1;
  return next<ssize_t (*)(int, const void*, size_t)>("write")(fd, bytes,
                                                              fault == Fault::half && size > 1 ? size / 2 : size);
}

int fsync(int fd) {
  if (watched(fd) && count("fsync") == Fault::fails) return -1;
  return next<int (*)(int)>("fsync")(fd);
}

int close(int fd) {
  const bool watch = watched(fd);
  if (watch) watched_descriptor[fd] = false;
  const bool fails = watch && count("close") == Fault::fails;
  const int error = errno, result = next<int (*)(int)>("close")(fd);  // the number is gone even when close() fails
  if (fails) errno = error;
  return fails ? -1 : result;
}

int rename(const char* from, const char* to) {
  if (under(from) && count("rename") == Fault::fails) return -1;
  return next<int (*)(const char*, const char*)>("rename")(from, to);
}

int unlink(const char* path) {
  if (under(path) && count("unlink") == Fault::fails) return -1;
  return next<int (*)(const char*)>("unlink")(path);
}

}  // extern "C"
