import SystemPackage

/// A place that memory is written to when it is short.
public struct SwapArea: Sendable, Equatable {
    static let path = "/proc/swaps"

    public var path: String
    public var disk: Observation<DiskFacts>

    public init(path: String, disk: Observation<DiskFacts>) {
        self.path = path
        self.disk = disk
    }

    public static func == (left: Self, right: Self) -> Bool { left.path == right.path && left.disk.value == right.disk.value }

    static func all(of source: any MachineSource) -> Observation<[SwapArea]> {
        Observation.reading(path) { path throws(Errno) in
            // The first line is a heading.
            try source.text(of: path).split(separator: "\n").dropFirst().compactMap { $0.split(separator: " ").first }.map {
                // Columns are separated by spaces or tabs.
                area(String($0.prefix { $0 != "\t" }), source)
            }
        }
    }

    private static func area(_ path: String, _ source: any MachineSource) -> SwapArea {
        let search = DiskSearch(source: source)
        do throws(Errno) {
            let status = try source.status(of: path, followingLinks: true)
            guard status.kind == .blockDevice else { return SwapArea(path: path, disk: search.disk(of: path)) }
            if path.hasPrefix("/dev/zram") { return SwapArea(path: path, disk: try compressedMemory(path, status.specialDevice, search)) }
            return SwapArea(path: path, disk: .known(search.disk(ofDevice: status.specialDevice, named: path)))
        } catch {
            return SwapArea(path: path, disk: .unknown("\(path): \(error)"))
        }
    }

    /// zram keeps pages in memory, unless it was given a device to write them back to.
    private static func compressedMemory(
        _ path: String, _ device: DeviceNumber, _ search: DiskSearch
    ) throws(Errno) -> Observation<DiskFacts> {
        let memory = DiskFacts(protection: .memory, place: path)
        do throws(Errno) {
            let backing = try search.source.text(of: "/sys/dev/block/\(device)/backing_dev")
            guard backing != "none" else { return .known(memory) }
            let status = try search.source.status(of: backing, followingLinks: true)
            return .known(search.disk(ofDevice: status.specialDevice, named: "\(path), written back to \(backing)"))
        } catch {
            // A kernel that cannot write back has no such file.
            guard error == .noSuchFileOrDirectory else { throw error }
            return .known(memory)
        }
    }
}
