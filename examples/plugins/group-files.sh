#!/bin/bash
# A plugin in shell: membership of groups that are text files, one name a line, such as an application might read.
#
#   group-files.sh FOLDER      FOLDER/people: everybody who can be in a group; FOLDER/groups/NAME: who is
#
# A line that ends in "# hallpass" is ours; every other line is somebody's standing access and is never touched.
# The call comes on one line whose keys are always in the same order, and no name in it has quotes or backslashes, so patterns are
# enough to read it: the first match of a key is that key (docs/spec/plugin.md).
set -euo pipefail
export LC_ALL=C PATH=/usr/bin:/bin
folder=$1
mark='# hallpass'

IFS= read -r call
field() { if [[ $call =~ \"$1\":\"([^\"]*)\" ]]; then printf '%s' "${BASH_REMATCH[1]}"; fi; }
id=$(field id) verb=$(field verb) subject=$(field subject)

answer() { printf '{"version":1,"id":"%s","status":%s}\n' "$id" "$1"; exit 0; }
blocked() { answer "\"blocked\",\"code\":\"$1\",\"message\":\"$2\",\"unblock\":\"$3\""; }

# The group the call is about: a grant of exactly { group: NAME }, where NAME is the name of a file that is there.
find_group() {
  if ! [[ $call =~ \"grant\":\{\"group\":\"([a-z][a-z0-9-]{0,62})\"\} ]]; then
    blocked bad_coordinates 'the grant is not { group: NAME }' 'Correct the grant in the catalog.'
  fi
  file=$folder/groups/${BASH_REMATCH[1]}
  if ! [[ -f $file ]]; then
    blocked unknown_group 'there is no such group' 'Correct the grant in the catalog, or make the file of the group.'
  fi
}

find_subject() {
  if ! grep -qxF -e "$subject" "$folder/people"; then
    blocked unknown_subject "there is nobody called $subject" "Add $subject to the people of the target."
  fi
}

# Puts what comes on standard input in the place of the group's file: whoever reads it sees the old list or the new one.
replace() { cat >"$file.new"; mv "$file.new" "$file"; }

# One call at a time changes a list.
exec 9>"$folder/lock"
flock 9

case $verb in
describe)
  answer '"ok","abilities":{"enumerates":true,"native_expiry":"none","ends_sessions":false}' ;;
preflight)
  find_group; find_subject
  if ! [[ -w $file ]]; then
    blocked not_writable 'the list of the group cannot be written' 'Let the user of Hallpass write the folder.'
  fi
  answer '"ok"' ;;
observe) # Everybody in every group; Hallpass drops what it did not ask about.
  complete=true held=
  for file in "$folder"/groups/*; do
    [[ -f $file && $file != *.new ]] || continue
    while IFS= read -r line; do
      managed=no name=$line
      if [[ $line == *" $mark" ]]; then managed=yes name=${line% "$mark"}; fi
      if ! [[ $name =~ ^[A-Za-z0-9_.@+=,:/~-]{1,255}$ ]]; then complete=false; continue; fi
      held+=",{\"subject\":\"$name\",\"grant\":{\"group\":\"${file##*/}\"},\"managed\":\"$managed\"}"
    done <"$file"
  done
  answer "\"ok\",\"complete\":$complete,\"held\":[${held#,}]" ;;
grant)
  find_group; find_subject
  if grep -qxF -e "$subject $mark" "$file"; then answer '"ok","changed":false,"preexisting":false'; fi
  if grep -qxF -e "$subject" "$file"; then answer '"ok","changed":false,"preexisting":true'; fi
  { cat "$file"; printf '%s %s\n' "$subject" "$mark"; } | replace
  answer '"ok","changed":true,"preexisting":false' ;;
revoke)
  find_group
  if ! grep -qxF -e "$subject $mark" "$file"; then answer '"ok","changed":false'; fi
  { grep -vxF -e "$subject $mark" "$file" || true; } | replace
  answer '"ok","changed":true' ;;
discover)
  offers=
  for file in "$folder"/groups/*; do
    name=${file##*/}
    if [[ $name =~ ^[a-z][a-z0-9-]{0,62}$ ]]; then
      offers+=",{\"title\":\"Group $name\",\"grant\":{\"group\":\"$name\"}}"
    fi
  done
  answer "\"ok\",\"offers\":[${offers#,}]" ;;
*)
  blocked unknown_verb 'this plugin has no such verb' 'Give the target a plugin that knows the verb.' ;;
esac
