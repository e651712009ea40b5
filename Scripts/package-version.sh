# shellcheck shell=sh
# Read by the scripts that make packages, with $binary: what they call the version, and the time that everything in them has.
#
# A commit with the tag vVERSION is that version. Any other is a snapshot that sorts before it, and says which commit, and whether files were
# changed since. Without git it is the version as it stands, and SOURCE_DATE_EPOCH has to say the time.

version=$("$binary" --version | cut -d ' ' -f 2)
case $version in
    [0-9]*) ;;
    *) echo "$0: $binary does not say its version" >&2; exit 1 ;;
esac
if commit=$(git rev-parse --short=10 HEAD 2>/dev/null); then
    : "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
    changed=$(git status --porcelain --untracked-files=no)
    if [ "$changed" ] || ! git tag --points-at HEAD | grep -qx "v$version"; then
        version=$version~git$(date --utc --date="@$SOURCE_DATE_EPOCH" +%Y%m%d).$commit${changed:+.changed}
    fi
fi
: "${SOURCE_DATE_EPOCH:?is not set, and there is no commit to take the time from}"
export SOURCE_DATE_EPOCH
