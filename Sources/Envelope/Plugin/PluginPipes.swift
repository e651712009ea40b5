import CEnvelopeShims
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The pipes of a plugin that is about to be started; those ends that nobody has taken are closed with the end of this value.
struct PluginPipes: ~Copyable {
    struct OurEnds {
        let toPlugin: FileDescriptor
        let fromPlugin: FileDescriptor
        let errors: FileDescriptor
    }

    /// The plugin's standard input, output and error.
    private let input: FileDescriptor
    private let output: FileDescriptor
    private let errors: FileDescriptor
    private let ours: OurEnds

    /// Standard input, output and error, in this order.
    var pluginEnds: [FileDescriptor] { [input, output, errors] }

    init() throws(Errno) {
        let open = try Self.open(3)
        (input, output, errors) = (open[0].read, open[1].write, open[2].write)
        ours = OurEnds(toPlugin: open[0].write, fromPlugin: open[1].read, errors: open[2].read)
        for end in [ours.toPlugin, ours.fromPlugin, ours.errors] {
            // Cannot fail for a pipe that is open.
            _ = fcntl(end.rawValue, F_SETFL, O_NONBLOCK)
        }
    }

    /// Closes the plugin's ends, so that the end of the plugin is seen as the end of its output.
    consuming func takeOurEnds() -> OurEnds {
        let ours = ours
        for end in pluginEnds { Self.close(end) }
        discard self
        return ours
    }

    deinit {
        for end in [input, output, errors, ours.toPlugin, ours.fromPlugin, ours.errors] { Self.close(end) }
    }

    /// All of them or none.
    private static func open(_ count: Int) throws(Errno) -> [(read: FileDescriptor, write: FileDescriptor)] {
        var pipes: [(read: FileDescriptor, write: FileDescriptor)] = []
        for _ in 0..<count {
            var ends: [CInt] = [-1, -1]
            let result = unsafe coffer_pipe(&ends)
            guard result == 0 else {
                for pipe in pipes {
                    close(pipe.read)
                    close(pipe.write)
                }
                throw Errno(rawValue: result)
            }
            pipes.append((FileDescriptor(rawValue: ends[0]), FileDescriptor(rawValue: ends[1])))
        }
        return pipes
    }

    static func close(_ descriptor: FileDescriptor) {
        // A pipe has nothing that closing it could lose.
        SystemFileCalls().close(descriptor)
    }
}
