internal import CCurlShims

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension CurlTransfer {
    /// Hands libcurl functions that call back into this object, which outlives the transfer: it waits in ``run(_:until:)`` meanwhile.
    func configureCallbacks() throws(FetchFailure) {
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        try unsafe check(coffer_curl_set_pointer(handle, CURLOPT_WRITEDATA, this))
        try unsafe check(coffer_curl_set_pointer(handle, CURLOPT_HEADERDATA, this))
        try unsafe check(coffer_curl_set_pointer(handle, CURLOPT_XFERINFODATA, this))
        try unsafe check(coffer_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, this))
        let writer: curl_write_callback = { bytes, size, count, this in
            guard let transfer = unsafe CurlTransfer.from(this) else { return 0 }
            // Anything but the count that was given stops the transfer.
            return unsafe transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        try unsafe check(coffer_curl_set_writer(handle, CURLOPT_WRITEFUNCTION, writer))
        let headerWriter: curl_write_callback = { _, size, count, this in
            guard let transfer = unsafe CurlTransfer.from(this) else { return 0 }
            return transfer.receiveHeader(byteCount: size * count) ? size * count : 0
        }
        try unsafe check(coffer_curl_set_writer(handle, CURLOPT_HEADERFUNCTION, headerWriter))
        try unsafe check(coffer_curl_set_number(handle, CURLOPT_NOPROGRESS, 0))
        try unsafe check(
            coffer_curl_set_progress(handle) { this, _, _, _, _ in unsafe CurlTransfer.from(this)?.stop.isSet == false ? 0 : 1 })
        try unsafe check(coffer_curl_set_opener(handle) { this, _, address in unsafe CurlTransfer.open(this, address) })
    }

    private static func from(_ this: UnsafeMutableRawPointer?) -> CurlTransfer? {
        guard let this = unsafe this else { return nil }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(this).takeUnretainedValue()
    }

    /// The place where an address that a name stands for is known and nothing was sent to it yet: a name that changes its address between
    /// two looks (DNS rebinding) is judged by the one that is used.
    private static func open(_ this: UnsafeMutableRawPointer?, _ target: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let transfer = unsafe from(this), let target = unsafe target, let address = unsafe bytes(of: target) else {
            return coffer_curl_no_socket
        }
        guard transfer.allows(address) else { return coffer_curl_no_socket }
        let opened = unsafe socket(target.pointee.family, target.pointee.socktype, target.pointee.protocol)
        guard opened >= 0 else { return coffer_curl_no_socket }
        // Programs that this process starts do not inherit it.
        guard fcntl(opened, F_SETFD, FD_CLOEXEC) == 0 else {
            close(opened)
            return coffer_curl_no_socket
        }
        return opened
    }

    /// 4 or 16 bytes; nil for anything but IPv4 and IPv6.
    private static func bytes(of target: UnsafeMutablePointer<curl_sockaddr>) -> [UInt8]? {
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        // What is there is as long as `addrlen` says, which is more than the type of the member for IPv6.
        let (start, count) = unsafe (UnsafeRawPointer(target) + offset, Int(target.pointee.addrlen))
        switch unsafe target.pointee.family {
        case AF_INET:
            guard count >= MemoryLayout<sockaddr_in>.size else { return nil }
            let address = unsafe start.loadUnaligned(as: sockaddr_in.self).sin_addr
            return unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
        case AF_INET6:
            guard count >= MemoryLayout<sockaddr_in6>.size else { return nil }
            let address = unsafe start.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
        default: return nil
        }
    }
}
