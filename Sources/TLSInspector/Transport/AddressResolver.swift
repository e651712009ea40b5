internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Turns a name into addresses, off Swift's own threads, since `getaddrinfo` blocks.
public struct AddressResolver: Sendable {
    /// RFC 1035 §2.3.4, as text and with a dot at its end.
    static let maximumNameByteCount = 254
    /// More addresses of one name than anyone scans.
    static let maximumAddressCount = 64

    private let network: Network

    public init(network: Network) { self.network = network }

    /// All addresses of a host, sorted: the first is the same in every scan.
    /// - Parameters:
    ///   - host: a name in ASCII, or an address, in brackets or not, with a zone or not.
    ///   - timeout: milliseconds, 1 or more.
    public func addresses(
        of host: String, port: UInt16, family: ScanOptions.AddressFamily = .any, timeout: Int = 5_000
    ) async throws(ResolutionFailure) -> [NetworkAddress] {
        let name = try Self.checked(host)
        switch Self.lookUp(name, port: port, family: .any, flags: AI_NUMERICHOST) {
        case .success(let literal): return try Self.literal(literal, name: name, family: family)
        case .failure: return try await resolved(name, port: port, family: family, timeout: timeout)
        }
    }

    /// What was written as an address, if it is of the family asked for.
    private static func literal(
        _ addresses: [NetworkAddress], name: String, family: ScanOptions.AddressFamily
    ) throws(ResolutionFailure) -> [NetworkAddress] {
        // inet_aton(3) takes `127.1` and `0x7f000001` for addresses. Who wrote that most likely meant something else.
        if addresses.contains(where: { $0.family == .ipv4 && $0.text != name }) { throw .malformed(name) }
        let wanted = addresses.filter { family.admits($0.family) }
        guard !wanted.isEmpty else { throw .noAddressOfFamily(name, family) }
        return wanted
    }

    private func resolved(
        _ name: String, port: UInt16, family: ScanOptions.AddressFamily, timeout: Int
    ) async throws(ResolutionFailure) -> [NetworkAddress] {
        let answer = FirstAnswer<Result<[NetworkAddress], ResolutionFailure>>()
        let timer = network.group.next().scheduleTask(in: .milliseconds(Int64(max(timeout, 1)))) {
            answer.give(.failure(.timedOut(name, milliseconds: timeout)))
        }
        network.resolverThreads.submit { state in
            guard state == .active else { return answer.give(.failure(.resolverFailed(name, "the network was shut down"))) }
            // Nobody waits any more for what stood in the queue too long.
            guard answer.isOpen else { return }
            answer.give(Self.lookUp(name, port: port, family: family, flags: 0))
        }
        let result = await withTaskCancellationHandler {
            await answer.take()
        } onCancel: {
            answer.give(.failure(.resolverFailed(name, "it was cancelled")))
        }
        timer.cancel()
        return try result.get()
    }

    /// The host without brackets, if it can be one.
    private static func checked(_ host: String) throws(ResolutionFailure) -> String {
        var name = host
        if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
        let bytes = name.utf8
        guard !bytes.isEmpty, bytes.count <= maximumNameByteCount, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .malformed(host)
        }
        return name
    }

    private static func lookUp(
        _ name: String, port: UInt16, family: ScanOptions.AddressFamily, flags: Int32
    ) -> Result<[NetworkAddress], ResolutionFailure> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = family.number
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(name, String(port), &hints, &list)
        guard status == 0 else { return .failure(ResolutionFailure(status, errno: errno, name: name, family: family)) }
        defer { unsafe freeaddrinfo(list) }

        var addresses: Set<NetworkAddress> = []
        var next = unsafe list
        while let entry = unsafe next, addresses.count < maximumAddressCount {
            if let address = unsafe address(entry.pointee, port: port) { addresses.insert(address) }
            unsafe next = entry.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(.noAddressOfFamily(name, family)) : .success(addresses.sorted())
    }

    /// Sound: the resolver's list holds `ai_addrlen` bytes at `ai_addr`, and no more are read than the family's structure has
    /// (ip(7) and ipv6(7): the address stands at byte 4 of the one and at byte 8 of the other).
    private static func address(_ entry: addrinfo, port: UInt16) -> NetworkAddress? {
        guard let address = unsafe entry.ai_addr else { return nil }
        let text = unsafe numericText(address, byteCount: entry.ai_addrlen)
        guard let text else { return nil }
        let raw = UnsafeRawPointer(address)
        let count = unsafe Int(entry.ai_addrlen)
        switch unsafe entry.ai_family {
        case AF_INET where count >= MemoryLayout<sockaddr_in>.size:
            let bytes = unsafe Array(UnsafeRawBufferPointer(start: raw + 4, count: 4))
            let socketAddress = SocketAddress(unsafe raw.loadUnaligned(as: sockaddr_in.self))
            return NetworkAddress(family: .ipv4, text: text, port: port, bytes: bytes, socketAddress: socketAddress)
        case AF_INET6 where count >= MemoryLayout<sockaddr_in6>.size:
            let bytes = unsafe Array(UnsafeRawBufferPointer(start: raw + 8, count: 16))
            let socketAddress = SocketAddress(unsafe raw.loadUnaligned(as: sockaddr_in6.self))
            return NetworkAddress(family: .ipv6, text: text, port: port, bytes: bytes, socketAddress: socketAddress)
        default: return nil
        }
    }

    /// With the zone of a link-local address, which `inet_ntop` leaves out.
    private static func numericText(_ address: UnsafePointer<sockaddr>, byteCount: socklen_t) -> String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = unsafe getnameinfo(address, byteCount, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        guard status == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension ScanOptions.AddressFamily {
    var number: Int32 {
        switch self {
        case .any: AF_UNSPEC
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        }
    }

    func admits(_ family: NetworkAddress.Family) -> Bool {
        switch self {
        case .any: true
        case .ipv4: family == .ipv4
        case .ipv6: family == .ipv6
        }
    }
}
