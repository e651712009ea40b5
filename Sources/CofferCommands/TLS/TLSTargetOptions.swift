import ArgumentParser
import TLSInspector

/// What is scanned.
struct TLSTargetOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("HOST, HOST:PORT, [ADDRESS]:PORT or a URL such as smtp://HOST.", valueName: "target"))
    var targets: [String] = []
    @Option(
        name: .customLong("targets"),
        help: ArgumentHelp(
            "Targets, one a line, each with starttls=PROTOCOL and sni=NAME where needed; # begins a comment; - is stdin.", valueName: "file"
        ),
        completion: .file())
    var list: ByteInput?
    @Option(
        name: .customLong("starttls"),
        help: ArgumentHelp(
            "Begin TLS in this protocol, on its port: \(StartTLSProtocol.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "protocol"))
    var startTLS: StartTLSProtocol?
    @Option(name: .long, help: ArgumentHelp("Send this name instead of the host's; none sends none.", valueName: "name"))
    var sni: String?

    func validate() throws {
        guard !targets.isEmpty || list != nil else { throw ValidationError("name a target, or a file of them with --targets") }
    }

    /// Each endpoint once, those of the command line first.
    func endpoints(in session: Session) throws -> [Endpoint] {
        var endpoints: [Endpoint] = []
        do throws(TargetError) {
            for target in targets { endpoints.append(try Target(target, defaults: defaults).endpoint) }
        } catch {
            throw CommandError(.usage, error.description)
        }
        if let list {
            let bytes = try list.read(upTo: TargetList.maximumByteCount, in: session.context, option: "--targets")
            do throws(TargetError) {
                endpoints += try TargetList(bytes, defaults: defaults).endpoints
            } catch {
                throw CommandError(.malformedInput, "--targets: \(error.description)")
            }
        }
        var seen: Set<Endpoint> = []
        endpoints = endpoints.filter { seen.insert($0).inserted }
        guard !endpoints.isEmpty else { throw CommandError(.usage, "--targets names no target") }
        return endpoints
    }

    private var defaults: TargetDefaults {
        TargetDefaults(startTLS: startTLS, serverName: sni.map { $0 == "none" ? .omitted : .name($0) } ?? .host)
    }
}

extension StartTLSProtocol: AWSName {
    init?(argument: String) { self.init(rawValue: argument.lowercased()) }
}
