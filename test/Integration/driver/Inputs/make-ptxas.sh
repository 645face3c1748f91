#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# make-ptxas.sh FOLDER: two stand-ins for NVIDIA's assembler, FOLDER/good/ptxas and
# FOLDER/bad/ptxas, one that says what it does of kernels and one that fails.
mkdir -p "$1/good" "$1/bad"
cat > "$1/good/ptxas" <<'EOF'
#!/bin/sh
echo "ptxas info    : 0 bytes gmem"
echo "ptxas info    : Compiling entry function 'types_kernel' for 'sm_80'"
echo "ptxas info    : Function properties for types_kernel"
echo "    8 bytes stack frame, 4 bytes spill stores, 12 bytes spill loads"
echo "ptxas info    : Used 33 registers, used 0 barriers"
EOF
cat > "$1/bad/ptxas" <<'EOF'
#!/bin/sh
echo "ptxas fatal   : it does not like that"
exit 255
EOF
chmod +x "$1/good/ptxas" "$1/bad/ptxas"
