/// What the server chokes on.
public struct ToleranceFacts: Sendable, Hashable, Codable {
    /// A hello for a version that does not exist yet is answered (not refused).
    public var futureVersion: Fact<Bool>
    /// A hello of more than 512 bytes.
    public var longHello: Fact<Bool>
    /// A hello of more than one record (16 KiB).
    public var hugeHello: Fact<Bool>
    public var unknownExtension: Fact<Bool>
    public var unknownCipherSuites: Fact<Bool>
    public var manyCipherSuites: Fact<Bool>
    /// A name in SNI that is not the server's.
    public var unknownServerName: Fact<Bool>
    /// A record that holds a part of the hello only.
    public var fragmentedHello: Fact<Bool>
    /// TLS 1.3 hellos are dropped on the path although the sentinel says that the server has it.
    public var dropsTLS13: Fact<Bool>
}
