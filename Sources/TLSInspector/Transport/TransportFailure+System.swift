internal import Glibc
internal import NIOCore
internal import NIOPosix

extension TransportFailure {
    /// What the system or the event loop said about a socket.
    init(_ error: any Error) {
        switch error {
        case let error as IOError: self.init(errno: error.errnoCode)
        case ChannelError.connectTimeout: self.init(.timedOut, "no connection within its limit")
        case let error as ChannelError where error == .alreadyClosed || error == .ioOnClosedChannel || error == .eof:
            self.init(.closed, "the connection was closed")
        case is NIOConnectionError: self.init(.unreachable, "no connection")
        default: self.init(.unsupported, "the socket failed (\(PeerText.shown("\(error)".utf8)))")
        }
    }

    init(errno code: Int32) {
        switch code {
        case ECONNREFUSED: self.init(.refused, "nobody listens")
        case ECONNRESET, EPIPE, ECONNABORTED: self.init(.reset, "the connection was torn down")
        case ETIMEDOUT: self.init(.timedOut, "no connection within the system's limit")
        case EHOSTUNREACH: self.init(.unreachable, "there is no way to the host")
        case ENETUNREACH: self.init(.unreachable, "there is no way to the network")
        case EADDRNOTAVAIL: self.init(.unreachable, "no address of this machine can be used for it")
        case EACCES, EPERM: self.init(.unreachable, "this machine does not allow it")
        case EAFNOSUPPORT: self.init(.unreachable, "this machine does not have the address family")
        case EMFILE, ENFILE: self.init(.budget, "too many files are open on this machine")
        default: self.init(.unreachable, "system error \(code)")
        }
    }

    static let cancelled = TransportFailure(.budget, "it was cancelled")
}
