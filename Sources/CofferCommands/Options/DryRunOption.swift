import ArgumentParser

/// `--dry-run` of `aws kms`.
struct DryRunOption: ParsableArguments {
    @Flag(name: .long, help: "Only check whether the request would succeed.") var dryRun = false
}
