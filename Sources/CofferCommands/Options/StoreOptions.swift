import ArgumentParser

/// What every command on the store takes.
struct StoreOptions: ParsableArguments {
    @OptionGroup var output: OutputOptions
    @OptionGroup var home: HomeOption
    @OptionGroup var unlock: UnlockOptions
}
