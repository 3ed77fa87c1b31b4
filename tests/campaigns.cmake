# The suites that carry the label `slow`: `./test.sh quick` leaves them out, and in the full run they start first. A suite is here because
# it was measured to take long, and because what it does is draws by the ten thousand or learning, not a path of the code.
# Of `statistics` the sanitizers run two cases a law, of `curves` nothing: what these say does not depend on the compiler.
set(statistics)
set(curves)

# kind ← statistics, curve or nothing. suite: as GoogleTest prints it, with the name of an instantiation before it.
function(kind_of_suite room suite kind)
  set(${kind} "" PARENT_SCOPE)
  string(REGEX REPLACE "^[^/]*/" "" bare ${suite})
  if(${room}.${bare} IN_LIST statistics)
    set(${kind} statistics PARENT_SCOPE)
  elseif(${room}.${bare} IN_LIST curves)
    set(${kind} curve PARENT_SCOPE)
  endif()
endfunction()
