#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# make-ptxas.sh FOLDER: stand-ins for NVIDIA's assembler, each called
#
#     ptxas -v -arch=CHIP SOURCE -o CODE
#
# FOLDER/good/ptxas says what it does of kernels, FOLDER/bad/ptxas fails,
# FOLDER/empty/ptxas writes nothing, and FOLDER/copy/ptxas makes, of PTX for the chip
# that it is called for, what EmulatedDriver.cpp takes for machine code.
mkdir -p "$1/good" "$1/bad" "$1/empty" "$1/copy"
cat > "$1/good/ptxas" <<'EOF'
#!/bin/sh
echo "ptxas info    : 0 bytes gmem"
echo "ptxas info    : Compiling entry function 'types_kernel' for 'sm_80'"
echo "ptxas info    : Function properties for types_kernel"
echo "    8 bytes stack frame, 4 bytes spill stores, 12 bytes spill loads"
echo "ptxas info    : Used 33 registers, used 0 barriers"
echo code > "$5"
EOF
printf '#!/bin/sh\n' > "$1/empty/ptxas"
cat > "$1/bad/ptxas" <<'EOF'
#!/bin/sh
echo "ptxas fatal   : it does not like that"
exit 255
EOF
cat > "$1/copy/ptxas" <<'EOF'
#!/bin/sh
if [ "$1" = --version ]; then
  echo "the stand-in, version 1"
  exit 0
fi
if ! /usr/bin/grep -q "^.target ${2#-arch=}\$" "$3"; then
  echo "no PTX for ${2#-arch=}"
  exit 1
fi
{ printf '\177ELF of the stand-in\n' && /usr/bin/cat "$3"; } > "$5"
EOF
chmod +x "$1"/*/ptxas
