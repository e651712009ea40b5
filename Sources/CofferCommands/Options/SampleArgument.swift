import ArgumentParser

/// How much of a file is looked at: `1%`, `0.5%`.
struct SampleArgument: ExpressibleByArgument, Equatable, Sendable {
    /// More than 0, at most 1.
    let fraction: Double

    static let help = ArgumentHelp("Look at this part of each file only, in percent, for example 1%.", valueName: "percent")

    init?(argument: String) {
        guard argument.hasSuffix("%"), let percent = Double(argument.dropLast()),
            argument.dropLast().allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), percent > 0, percent <= 100
        else { return nil }
        fraction = percent / 100
    }
}
