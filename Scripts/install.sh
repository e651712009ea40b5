#!/bin/sh
# Puts a release binary, its name as a plugin of age, its shell completions and its manual pages in place.
#
#   install.sh PREFIX [BINARY MANUAL-FOLDER]    without them, those of the release that this script is part of
#   install.sh --uninstall PREFIX               removes what was put there, and nothing else
#
# DESTDIR is put in front of PREFIX. STRIP=strip leaves out the debug symbols.
set -eu

uninstall=
if [ "${1:-}" = --uninstall ]; then uninstall=yes && shift; fi
if [ $# -ne 1 ] && { [ $# -ne 3 ] || [ "$uninstall" ]; }; then
    sed -n '4,5s/^# *//p' "$0" >&2
    exit 2
fi
prefix=${DESTDIR:-}$1
# What was installed, a path below the prefix in each line: what is removed again is known, not guessed.
list=share/coffer/installed

if [ "$uninstall" ]; then
    [ -f "$prefix/$list" ] || { echo "install.sh: $prefix/$list is not there, so nothing is known to be installed" >&2; exit 3; }
    while read -r path; do rm -f "$prefix/$path"; done <"$prefix/$list"
    rm "$prefix/$list"
    rmdir "$prefix/share/coffer"
    echo "removed coffer from $prefix"
    exit
fi

here=$(dirname "$0")
binary=${2:-$here/bin/coffer}
manual=${3:-$here/share/man/man1}
[ -x "$binary" ] || { echo "install.sh: there is no program $binary" >&2; exit 3; }
[ -f "$manual/coffer.1" ] || { echo "install.sh: there are no manual pages in $manual" >&2; exit 3; }

paths=
place() { # path below the prefix, mode; the content is stdin
    mkdir -p "$prefix/$(dirname "$1")"
    # A new file beside the old one, then its name: a program that runs keeps the one it began with.
    cat >"$prefix/$1.new"
    chmod "$2" "$prefix/$1.new"
    mv -f "$prefix/$1.new" "$prefix/$1"
    paths="$paths$1
"
}
umask 022

place bin/coffer 0755 <"$binary"
if [ "${STRIP:-}" ]; then "$STRIP" --strip-unneeded --remove-section=.comment "$prefix/bin/coffer"; fi
# By this name age and rage use the keys of the store.
ln -sf coffer "$prefix/bin/age-plugin-coffer"
paths="${paths}bin/age-plugin-coffer
"

completion() { # shell, path below the prefix
    # To a file first: in a pipe, its failure would go unseen.
    "$binary" --generate-completion-script "$1" >"$prefix/completion.new"
    place "$2" 0644 <"$prefix/completion.new"
    rm "$prefix/completion.new"
}
completion bash share/bash-completion/completions/coffer
completion zsh share/zsh/site-functions/_coffer
completion fish share/fish/vendor_completions.d/coffer.fish

for page in "$manual"/*.1; do place "share/man/man1/$(basename "$page")" 0644 <"$page"; done
# What an earlier version had and this one has not would stay for ever.
if [ -f "$prefix/$list" ]; then
    while read -r path; do
        printf '%s' "$paths" | grep -qxF -e "$path" || rm -f "$prefix/$path"
    done <"$prefix/$list"
fi
printf '%s' "$paths" | place "$list" 0644
echo "installed $prefix/bin/coffer"
