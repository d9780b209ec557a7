#!/usr/bin/env bash
# Builds ggml_matmul.cpp on the ggml of llama.cpp and of ik_llama.cpp, whose sources lie in the source packages of their
# Python bindings:
#
#   bench/peers/build_ggml.sh PYTHON SOURCES OUTPUT
#
# leaves OUTPUT/<project>-avx2/ggml_matmul, and OUTPUT/<project>-native/ggml_matmul if this machine has AVX-512, with a
# file "version" beside it. A project that cannot be had or built leaves OUTPUT/<project>-<isa>/reason instead. Takes
# some minutes the first time. LINNET_JOBS (default: all cores) limits the compilers that run at once.
set -uo pipefail

python="$1" sources="$2" output="$3"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
jobs="${LINNET_JOBS:-$(nproc)}"
projects=(llama.cpp=llama-cpp-python==0.3.36 ik_llama.cpp=ik-llama-cpp-python==0.1.5)
no_amx="-mno-amx-tile -mno-amx-int8 -mno-amx-bf16"
isas=(avx2)
grep -qw avx512f /proc/cpuinfo 2>/dev/null && isas+=(native)

# source_of <project> <package>: unpacks ggml of the package once, prints its folder.
source_of() {
  local project="$1" package="$2" target="$sources/${2/==/-}" room
  if [ ! -f "$target/.complete" ]; then
    room=$(mktemp -d) && rm -rf "$target" && mkdir -p "$target"
    "$python" -m pip download -q --disable-pip-version-check --no-deps --no-binary "${package%%==*}" -d "$room" \
      "$package" >&2 && tar -xzf "$room"/*.tar.gz -C "$target" --strip-components=4 --wildcards \
      "*/vendor/$project/ggml/*" >&2 && touch "$target/.complete"
    rm -rf "$room"
  fi
  [ -f "$target/.complete" ] && echo "$target"
}

# build <project> <version> <source> <isa>
build() {
  local project="$1" folder="$output/$1-$4" options=() launcher=()
  mkdir -p "$folder" && rm -f "$folder/reason"
  options=(-DGGML_NATIVE=OFF)
  if [ "$4" = native ]; then
    options=(-DGGML_NATIVE=ON)
    # Without AMX: what GCC 12 makes of llama.cpp's code for it ends in an illegal instruction.
    [ "$project" != llama.cpp ] || options+=("-DCMAKE_C_FLAGS=$no_amx" "-DCMAKE_CXX_FLAGS=$no_amx")
  fi
  [ "$project" = llama.cpp ] || options+=(-DGGML_IQK=ON -DGGML_IQK_FLASH_ATTENTION=OFF -DGGML_IQK_FA_ALL_QUANTS=OFF)
  command -v ccache >/dev/null && launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  {
    cmake -G Ninja -S "$here/ggml" -B "$folder" -DGGML_SOURCE="$3" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
      -DGGML_{SSE42,AVX,AVX2,FMA,F16C,BMI2,LLAMAFILE}=ON "${options[@]}" "${launcher[@]}" &&
      cmake --build "$folder" -j "$jobs" --target ggml_matmul
  } >"$folder/build.log" 2>&1 || { echo "the build failed, see $folder/build.log" >"$folder/reason"; return 1; }
  echo "$2" >"$folder/version"
}

for entry in "${projects[@]}"; do
  project="${entry%%=*}" package="${entry#*=}" source=$(source_of "${entry%%=*}" "${entry#*=}")
  for isa in "${isas[@]}"; do
    if [ -z "$source" ]; then
      mkdir -p "$output/$project-$isa" && echo "$package cannot be had" >"$output/$project-$isa/reason"
    else
      build "$project" "$package" "$source" "$isa" || cat "$output/$project-$isa/reason" >&2
    fi
  done
done
