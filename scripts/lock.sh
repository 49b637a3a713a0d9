#!/bin/sh
# Writes requirements.txt and requirements-dev.txt from the .in files. Argument: the resolving command.
set -eu
$1 requirements.in -o requirements.lock
{
  echo "# Full lock of requirements.in for Python 3.11 to 3.13, written by \`make lock\`: do not edit by hand."
  echo "# torch's own CUDA packages are left out: torch pins them itself where its build needs them, and the CPU build needs none."
  grep -v -E '^(nvidia-|cuda-|triton)' requirements.lock
} > requirements.txt
rm requirements.lock
$1 requirements-dev.in -o requirements.lock
{
  echo "# Full lock of requirements-dev.in, written by \`make lock\`: lint, types, import rules and tests."
  cat requirements.lock
} > requirements-dev.txt
rm requirements.lock
