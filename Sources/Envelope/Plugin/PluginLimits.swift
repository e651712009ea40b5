/// What a plugin may cost before it is ended: it is another's program, and may hang, flood or loop.
public struct PluginLimits: Sendable {
    /// How long neither side may get on. Someone may have to find and touch a token meanwhile.
    public var silence: Duration
    /// How long one conversation may take, without the time in which a person is asked.
    public var total: Duration
    /// How long the plugin may take to end by itself when all is said.
    public var exit: Duration
    /// Messages that it may send.
    public var messageCount: Int
    /// Bytes that it may send.
    public var byteCount: Int
    /// Stanzas that it may give for one recipient.
    public var stanzaCount: Int
    /// Questions and messages that a person may be bothered with.
    public var promptCount: Int

    public static let standard = PluginLimits(
        silence: .seconds(120), total: .seconds(600), exit: .seconds(2), messageCount: 1024, byteCount: 4 << 20, stanzaCount: 64,
        promptCount: 32)

    public init(
        silence: Duration, total: Duration, exit: Duration, messageCount: Int, byteCount: Int, stanzaCount: Int, promptCount: Int
    ) {
        self.silence = silence
        self.total = total
        self.exit = exit
        self.messageCount = messageCount
        self.byteCount = byteCount
        self.stanzaCount = stanzaCount
        self.promptCount = promptCount
    }
}
