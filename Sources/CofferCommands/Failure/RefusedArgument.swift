import KeyStore

/// A value on the command line that does not fit what it is for. AWS's error stands, but the exit status is that of a usage error.
struct RefusedArgument: Error {
    let error: KeyStoreError
    let hint: String
}
