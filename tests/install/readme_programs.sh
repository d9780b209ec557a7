#!/usr/bin/env bash
# readme_programs.sh <README.md> <install prefix> <model.lnt> <work folder>: takes the C, C++ and CMake programs out of the
# README, builds them against the installed library and runs both on the model.
set -euo pipefail
readme="$1" prefix="$2" model="$3" folder="$4"
rm -rf "$folder"
mkdir -p "$folder/app"

# block <language>: the first fenced block of that language.
block() { awk -v open="\`\`\`$1" '$0 == open { on = 1; next } on && $0 == "```" { exit } on' "$readme"; }

block cpp >"$folder/app/app.cpp"
block cmake >"$folder/app/CMakeLists.txt"
block c >"$folder/app.c"
for file in app/app.cpp app/CMakeLists.txt app.c; do
  [ -s "$folder/$file" ] || { echo "README.md has no block for $file"; exit 1; }
done

cmake -S "$folder/app" -B "$folder/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror"
cmake --build "$folder/build"
pkgconfig=$(dirname "$(find "$prefix" -name linnet.pc)")
flags=$(PKG_CONFIG_LIBDIR="$pkgconfig" pkg-config --cflags --libs linnet)
# shellcheck disable=SC2086
cc -std=c99 -Wall -Wextra -Wpedantic -Werror "$folder/app.c" $flags -o "$folder/app_c"
for program in "$folder/build/app" "$folder/app_c"; do
  lines=$("$program" "$model" | wc -l)
  [ "$lines" = 10 ] || { echo "$program printed $lines lines, 10 expected"; exit 1; }
done
