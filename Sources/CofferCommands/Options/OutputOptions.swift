import ArgumentParser

/// How a command speaks.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Write the result as JSON on stdout, and an error as JSON on stderr.")
    var json = false

    @Flag(name: .shortAndLong, help: "Write no notes, warnings or progress.")
    var quiet = false

    @Flag(name: .long, help: "Use no colour; the environment variable NO_COLOR does the same.")
    var noColor = false
}
