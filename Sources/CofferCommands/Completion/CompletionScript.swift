/// Completion scripts: what ArgumentParser makes, and for bash what it leaves out.
enum CompletionScript {
    /// - Parameter text: whatever ArgumentParser has to say.
    static func completed(_ text: String) -> String { text.hasPrefix("#!/bin/bash\n") ? text + bashTail : text }

    /// bash breaks words at colons, which URLs and ARNs have: the words are put together again for the generated function, and what it offers
    /// is cut where bash will put it. The command line of somebody who types is not the place for a changed COMP_WORDBREAKS.
    private static let bashTail = """


        _coffer_with_colons() {
            local -a words=()
            local -i index current=0
            local glue=false word
            for index in "${!COMP_WORDS[@]}"; do
                word="${COMP_WORDS[index]}"
                if ((index > 1)) && { "${glue}" || [[ "${word}" == :* ]]; }; then
                    words[${#words[@]} - 1]+="${word}"
                else
                    words+=("${word}")
                fi
                glue=false
                [[ "${word}" == *: ]] && glue=true
                ((index == COMP_CWORD)) && current="${#words[@]}-1"
            done

            local -a COMP_WORDS=("${words[@]}")
            local -i COMP_CWORD="${current}"
            local typed="${words[current]}"
            _coffer "${1}" "${typed}" "${words[current - 1]}"

            # An argument of cp is a file where it is no URL.
            if [[ ${#COMPREPLY[@]} -eq 0 && "${words[1]}" == cp && "${typed}" != -* ]]; then
                compopt -o default
            fi
            # As names of files they would get a backslash before each colon.
            if [[ "${COMPREPLY[*]}" == *:* ]]; then
                compopt +o filenames
            fi
            # Behind coffer://BUCKET/ a key is typed, behind keyfile: a path.
            if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[:/] ]]; then
                compopt -o nospace
            fi
            if [[ "${typed}" == *:* ]]; then
                COMPREPLY=("${COMPREPLY[@]#"${typed%"${typed##*:}"}"}")
            fi
        }
        complete -o filenames -F _coffer_with_colons coffer
        """
}
