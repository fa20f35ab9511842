# What build scripts do: loops, arrays, string surgery, functions, command substitution without programs.
declare -A seen
words=()
clean() { local word=${1//[0-9]/}; printf '%s' "${word^^}"; }
for ((i = 0; i < 600; i++)); do
  name="file$((i * 7919 % 500)).part$((i % 13)).txt"
  base=${name%%.*}
  seen[$base]+=" ${name##*.}"
  words+=("$base:${name#*.}")
  [[ $name =~ ^file([0-9]+)\.part([0-9]+) ]] && key=${BASH_REMATCH[1]}_${BASH_REMATCH[2]}
  seen[$key]=$i
done
text=$(clean "${words[7]}")
IFS=,
joined="${words[*]}"
echo "${#seen[@]} ${#words[@]} ${#joined} $text"
