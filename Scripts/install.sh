#!/bin/sh
# Puts a release binary, its name as a plugin of age, its shell completions and its manual pages in place.
#
#   Scripts/install.sh PREFIX BINARY MANUAL-FOLDER      DESTDIR is put in front of PREFIX
set -eu
prefix=${DESTDIR:-}$1
binary=$2
manual=$3

install -d "$prefix/bin"
install -m 0755 "$binary" "$prefix/bin/coffer"
# By this name age and rage use the keys of the store.
ln -sf coffer "$prefix/bin/age-plugin-coffer"

install -d "$prefix/share/bash-completion/completions" "$prefix/share/zsh/site-functions" "$prefix/share/fish/vendor_completions.d"
"$binary" --generate-completion-script bash >"$prefix/share/bash-completion/completions/coffer"
"$binary" --generate-completion-script zsh >"$prefix/share/zsh/site-functions/_coffer"
"$binary" --generate-completion-script fish >"$prefix/share/fish/vendor_completions.d/coffer.fish"

install -d "$prefix/share/man/man1"
for page in "$manual"/*.1; do install -m 0644 "$page" "$prefix/share/man/man1/"; done
echo "installed $prefix/bin/coffer"
