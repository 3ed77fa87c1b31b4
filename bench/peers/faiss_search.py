"""faiss' IndexBinaryMultiHash(64, 4, 16) on the codes of search_bench, one thread: microseconds a query at the least
number of flipped bits that finds what the exact scan finds.

  bench/peers/faiss_search.py FOLDER NEAREST      FOLDER: codes.bin and queries.bin, 8 bytes a code
"""
import pathlib
import sys
import time

import numpy

try:
    import faiss
except ImportError:
    print("skipped: this Python has no faiss (Debian: apt install python3-faiss)")
    sys.exit(0)


def seconds_of(index, queries, nearest):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        for query in queries:
            index.search(query[None], nearest)
        times.append((time.perf_counter() - start) / len(queries))
    return min(times)


def main():
    folder, nearest = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    codes, queries = (numpy.fromfile(folder / name, numpy.uint8).reshape(-1, 8) for name in ("codes.bin", "queries.bin"))
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexBinaryFlat(64)
    flat.add(codes)
    exact = flat.search(queries, nearest)[0]
    print(f"faiss {faiss.__version__}: IndexBinaryFlat {1e6 * seconds_of(flat, queries, nearest):.1f} µs a query")
    index = faiss.IndexBinaryMultiHash(64, 4, 16)
    index.add(codes)
    for flips in range(5):
        index.nflip = flips
        found = numpy.sort(index.search(queries, nearest)[0], axis=1)
        share = (found == numpy.sort(exact, axis=1)).mean()
        print(f"faiss {faiss.__version__}: IndexBinaryMultiHash(64, 4, 16), nflip {flips}: "
              f"{1e6 * seconds_of(index, queries, nearest):.1f} µs a query, {100 * share:.1f} % of the distances exact")
        if share == 1:
            break


if __name__ == "__main__":
    main()
