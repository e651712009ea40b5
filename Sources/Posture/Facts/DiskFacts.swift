/// What a file lies on.
public struct DiskFacts: Sendable, Equatable {
    public enum Protection: Sendable, Equatable {
        /// All of it goes through dm-crypt or an encrypting file system.
        case encrypted
        case plain
        /// In memory: nothing is on a disk, unless it is swapped out.
        case memory
        /// It cannot be seen from here, and why.
        case unknown(String)
    }

    public var protection: Protection
    /// `ext4 on /dev/mapper/home`
    public var place: String
    /// The devices at the bottom, which are no part and no image of others.
    public var devices: Set<DeviceNumber>

    public init(protection: Protection, place: String, devices: Set<DeviceNumber> = []) {
        self.protection = protection
        self.place = place
        self.devices = devices
    }
}
