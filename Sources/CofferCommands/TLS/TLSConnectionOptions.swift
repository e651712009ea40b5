import AgeFormat
import ArgumentParser
import OpenSSL
import TLSInspector

/// How servers are spoken to, and how much.
struct TLSConnectionOptions: ParsableArguments {
    @Flag(name: .customLong("ipv4"), help: "Speak to addresses of IPv4 only.") var ipv4 = false
    @Flag(name: .customLong("ipv6"), help: "Speak to addresses of IPv6 only.") var ipv6 = false
    @Flag(name: .long, help: "Scan every address of a name, not only the first that answers.") var allAddresses = false
    @Option(name: .long, help: ArgumentHelp("Go through this HTTP proxy: http://HOST:PORT.", valueName: "url")) var proxy: String?
    @Option(
        name: .long, help: ArgumentHelp("A file with USER:PASSWORD for the proxy.", valueName: "file"), completion: .file())
    var proxyCredentials: String?
    @Option(
        name: .long, help: ArgumentHelp("Show this certificate to servers that ask for one (PEM, with its chain).", valueName: "file"),
        completion: .file())
    var clientCert: String?
    @Option(
        name: .long, help: ArgumentHelp("Its private key, without a passphrase (PEM or DER).", valueName: "file"), completion: .file())
    var clientKey: String?
    @Flag(name: .long, help: "Send probes that alarm intrusion detection, too: Heartbleed, ROBOT and the like.") var intrusive = false
    @Option(name: .long, help: ArgumentHelp("How many targets are scanned at once, 1 to 1024.", valueName: "number")) var concurrency = 8
    @Option(name: .long, help: ArgumentHelp("Connections to one address in all, 1 to 10000.", valueName: "number"))
    var maxConnections = ScanOptions().maximumConnections
    @Option(name: .long, help: ArgumentHelp("Connections to one address at once, 1 to 64.", valueName: "number"))
    var parallel = ScanOptions().parallelConnections
    @Option(name: .long, help: ArgumentHelp("New connections to one address per second, at most.", valueName: "number"))
    var rate: Double?
    @Option(name: .long, help: ArgumentHelp("How long a server may take to connect, as in 5s.", valueName: "time"))
    var connectTimeout: DurationArgument?
    @Option(name: .long, help: ArgumentHelp("How long it may take for the next bytes of an answer.", valueName: "time"))
    var timeout: DurationArgument?
    @Option(name: .long, help: ArgumentHelp("How long all of one address may take; what is open then stays undecided.", valueName: "time"))
    var targetTimeout: DurationArgument?

    private static let maximumRate = 10_000.0
    private static let maximumTimeout = Duration.seconds(3600)
    private static let maximumKeyByteCount = 1 << 16
    private static let maximumChainByteCount = 1 << 20
    private static let defaultProxyPort: UInt16 = 3128

    func validate() throws {
        guard !(ipv4 && ipv6) else { throw ValidationError("give --ipv4 or --ipv6, not both") }
        guard (1...1024).contains(concurrency) else { throw ValidationError("--concurrency is a number from 1 to 1024") }
        guard (1...10_000).contains(maxConnections) else { throw ValidationError("--max-connections is a number from 1 to 10000") }
        guard (1...64).contains(parallel) else { throw ValidationError("--parallel is a number from 1 to 64") }
        if let rate {
            guard rate > 0, rate <= Self.maximumRate else { throw ValidationError("--rate is a number above 0, and 10000 at most") }
        }
        guard (clientCert == nil) == (clientKey == nil) else { throw ValidationError("--client-cert and --client-key need each other") }
        guard proxyCredentials == nil || proxy != nil else { throw ValidationError("--proxy-credentials is for --proxy") }
        for timeout in [connectTimeout, timeout, targetTimeout].compactMap(\.self) where timeout.duration > Self.maximumTimeout {
            throw ValidationError("a timeout is one hour at most")
        }
    }

    /// Whether any of them was given that only matters where something is connected to.
    var isGiven: Bool {
        proxy != nil || proxyCredentials != nil || clientCert != nil || intrusive || allAddresses || ipv4 || ipv6 || rate != nil
            || connectTimeout != nil || timeout != nil || targetTimeout != nil
    }

    func scanOptions(in session: Session) throws -> ScanOptions {
        // A private key and a password are read.
        if clientKey != nil || proxyCredentials != nil { try session.context.protectProcess() }
        var options = ScanOptions()
        options.addressFamily = ipv4 ? .ipv4 : ipv6 ? .ipv6 : .any
        options.allAddresses = allAddresses
        options.isIntrusive = intrusive
        options.maximumConnections = maxConnections
        options.parallelConnections = parallel
        options.rate = rate
        if let connectTimeout { options.connectTimeout = connectTimeout.milliseconds }
        if let timeout {
            options.answerTimeout = timeout.milliseconds
            options.connectionTimeout = max(options.connectionTimeout, timeout.milliseconds)
        }
        if let targetTimeout { options.targetTimeout = targetTimeout.milliseconds }
        options.proxy = try proxyServer()
        options.clientCertificate = try clientCertificate(in: session)
        return options
    }

    private func proxyServer() throws -> HTTPProxy? {
        guard let proxy else { return nil }
        let authority = proxy.dropping(prefix: "http://") ?? proxy
        guard !authority.contains("://") else { throw CommandError(.usage, "--proxy: only proxies of http:// are spoken to") }
        guard !authority.contains("@") else {
            throw CommandError(
                .usage, "--proxy: a password is not taken from the command line, where others can see it",
                hint: "put USER:PASSWORD into a file, and name it with --proxy-credentials")
        }
        let trimmed = authority.hasSuffix("/") ? String(authority.dropLast()) : authority
        let endpoint: Endpoint
        do throws(TargetError) {
            endpoint = try Target(trimmed).endpoint
        } catch {
            throw CommandError(.usage, "--proxy: \(error.description)")
        }
        let hasPort = trimmed.hasSuffix(":\(endpoint.port)")
        return HTTPProxy(host: endpoint.host, port: hasPort ? endpoint.port : Self.defaultProxyPort, authorization: try authorization())
    }

    /// RFC 7617 §2
    private func authorization() throws -> String? {
        guard let proxyCredentials else { return nil }
        let text = try SecretFile.readPassphrase(path: proxyCredentials).withUnsafeBytes { Array($0) }
        guard text.contains(UInt8(ascii: ":")) else { throw CommandError(.malformedInput, "\(proxyCredentials): is not USER:PASSWORD") }
        return "Basic \(Base64.encode(text, padding: .required))"
    }

    private func clientCertificate(in session: Session) throws -> ClientCertificate? {
        guard let clientCert, let clientKey else { return nil }
        let chain = try PublicFile.read(clientCert, as: "certificate", atMost: Self.maximumChainByteCount, in: session)
        let key = try SecretFile.read(clientKey, as: "private key", atMost: Self.maximumKeyByteCount).withUnsafeBytes { Array($0) }
        let certificate = ClientCertificate(chain: chain, key: key)
        do {
            try certificate.check()
        } catch {
            throw CommandError(
                .malformedInput, "--client-cert and --client-key cannot be used: \(error.description)",
                hint: "they are a certificate in PEM, and its key without a passphrase")
        }
        return certificate
    }
}

extension DurationArgument {
    fileprivate var milliseconds: Int { Int(duration.components.seconds) * 1000 }
}
