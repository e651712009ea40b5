import KeyStore

/// Tags as `key=value`, one for each argument.
enum TagArgument {
    static func parse(_ arguments: [String], option: String) throws -> [Tag] {
        try arguments.map { argument in
            let (key, value) = try ContextArgument.splitPair(argument[...], option: option)
            return Tag(key: key, value: value)
        }
    }
}
