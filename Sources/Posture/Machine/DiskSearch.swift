import SystemPackage

/// Follows a path down to the devices that hold its bytes, and looks whether something on the way encrypts them.
///
/// On Linux: the mount (`/proc/self/mountinfo`), its block device, and what that is made of (`/sys/dev/block/MAJOR:MINOR`): dm-crypt is known
/// by its UUID, which begins with `CRYPT-`; volumes and arrays have `slaves`, partitions a disk above them, loop devices a file.
struct DiskSearch {
    /// Devices can be stacked, and nothing here is stacked higher.
    private static let maximumDepth = 16

    private static let inMemory: Set<String> = ["tmpfs", "ramfs", "devtmpfs", "rootfs"]
    private static let encrypting: Set<String> = ["ecryptfs", "fuse.gocryptfs", "fuse.cryfs", "fuse.encfs", "fuse.securefs"]

    private typealias Layers = (protection: DiskFacts.Protection, devices: Set<DeviceNumber>)

    let source: any MachineSource

    /// - Parameter path: of something that exists.
    func disk(of path: String) -> Observation<DiskFacts> { disk(of: path, depth: 0) }

    /// What a block device is made of.
    func disk(ofDevice device: DeviceNumber, named name: String) -> DiskFacts {
        let layers = layers(of: device, depth: 0)
        return DiskFacts(protection: layers.protection, place: name, devices: layers.devices)
    }

    private func disk(of path: String, depth: Int) -> Observation<DiskFacts> {
        let place: (path: String, status: FileStatus, table: MountTable)
        do throws(Errno) {
            let resolved = try source.resolved(path)
            place = (resolved, try source.status(of: resolved, followingLinks: true), MountTable(try source.text(of: MountTable.path)))
        } catch {
            return .unknown("what \(path) lies on cannot be found out (\(MountTable.path)): \(error)")
        }
        guard let mount = place.table.mount(of: place.path) else { return .unknown("no mount has \(place.path)") }
        let layers = layers(of: mount, depth: depth)
        return .known(
            DiskFacts(
                protection: place.status.isEncrypted ? .encrypted : layers.protection, place: "\(mount.fileSystem) on \(mount.source)",
                devices: layers.devices))
    }

    private func layers(of mount: MountTable.Mount, depth: Int) -> Layers {
        if Self.inMemory.contains(mount.fileSystem) { return (.memory, []) }
        if Self.encrypting.contains(mount.fileSystem) { return (.encrypted, []) }
        // File systems over several devices have a number of their own, and name one of the devices.
        guard mount.device.major == 0 else { return layers(of: mount.device, depth: depth) }
        guard mount.source.hasPrefix("/") else {
            let advice = mount.fileSystem == "zfs" ? "; `zfs get encryption \(mount.source)` tells" : ""
            return (.unknown("what is below a file system of the kind \(mount.fileSystem) cannot be seen from here\(advice)"), [])
        }
        do throws(Errno) {
            let status = try source.status(of: mount.source, followingLinks: true)
            guard status.kind == .blockDevice else { return (.unknown("\(mount.source) is no block device"), []) }
            return layers(of: status.specialDevice, depth: depth)
        } catch {
            return (.unknown("\(mount.source) cannot be looked at: \(error)"), [])
        }
    }

    private func layers(of device: DeviceNumber, depth: Int) -> Layers {
        let folder = "/sys/dev/block/\(device)"
        guard depth < Self.maximumDepth else { return (.unknown("block device \(device) is stacked too high"), []) }
        do throws(Errno) {
            let names = Set(try source.names(in: folder))
            let below = try lower(device, folder, names, depth: depth)
            guard names.contains("dm") else { return below }
            return Self.encrypts(try source.text(of: folder + "/dm/uuid")) ? (.encrypted, below.devices) : below
        } catch {
            return (.unknown("what block device \(device) is made of cannot be seen (\(folder)): \(error)"), [])
        }
    }

    /// cryptsetup names its devices `CRYPT-KIND-…`, also those that only prove what is on them.
    private static func encrypts(_ uuid: String) -> Bool {
        uuid.hasPrefix("CRYPT-") && !["CRYPT-INTEGRITY-", "CRYPT-VERITY-"].contains { uuid.hasPrefix($0) }
    }

    /// The layers that a device is made of; itself, if it is made of none.
    private func lower(_ device: DeviceNumber, _ folder: String, _ names: Set<String>, depth: Int) throws(Errno) -> Layers {
        if names.contains("loop") {
            let file = try source.text(of: folder + "/loop/backing_file")
            switch disk(of: file, depth: depth + 1) {
            case .known(let disk): return (disk.protection, disk.devices)
            case .unknown(let reason): return (.unknown(reason), [])
            }
        }
        if names.contains("partition") { return try layers(ofDeviceIn: folder + "/../dev", depth: depth) }
        let slaves = names.contains("slaves") ? try source.names(in: folder + "/slaves").sorted() : []
        guard !slaves.isEmpty else { return (.plain, [device]) }
        var all: [Layers] = []
        for slave in slaves { all.append(try layers(ofDeviceIn: "\(folder)/slaves/\(slave)/dev", depth: depth)) }
        return Self.together(all)
    }

    private func layers(ofDeviceIn path: String, depth: Int) throws(Errno) -> Layers {
        guard let device = DeviceNumber(try source.text(of: path)) else { return (.unknown("\(path) names no device"), []) }
        return layers(of: device, depth: depth + 1)
    }

    /// One part that is not encrypted is enough.
    private static func together(_ parts: [Layers]) -> Layers {
        let devices = parts.reduce(into: Set()) { $0.formUnion($1.devices) }
        if parts.contains(where: { $0.protection == .plain }) { return (.plain, devices) }
        return (parts.map(\.protection).first { $0 != .encrypted } ?? .encrypted, devices)
    }
}
