# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `scripts/bench` runs: the compiler's code and its peers, timed in turns.

machine     what the numbers were measured on
process     one child process: its output, its time, its peak of memory
work        works, engines, and the records of the JSON file
modules     the IR of single products
ours        engines of this compiler
peers       engines of others, as far as they are installed
works       everything there is to run
targets     what is to be reached, and what the records say of it
predicted   llvm-mca's view of the hot loops on machines that are not here
table       rows for people: the terminal, docs/benchmarks.md
plot        the picture
"""
