/// Records in memory: their bytes one after the other, and where each is.
@safe final class SortChunk {
    private struct Place {
        let key: UInt64
        let offset: UInt32
        let count: UInt32
    }

    /// What a record needs besides its bytes.
    static let overhead = MemoryLayout<Place>.stride
    private static let firstCapacity = 4096

    /// Not an array, because records are looked at while they stay in place.
    private var bytes = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var byteCount = 0
    private var places: [Place] = []

    init() {}

    deinit { unsafe bytes.deallocate() }

    var isEmpty: Bool { places.isEmpty }
    var count: Int { places.count }
    var memoryByteCount: Int { byteCount + places.count * Self.overhead }

    func append(_ record: UnsafeRawBufferPointer, key: UInt64) {
        if unsafe bytes.count - byteCount < record.count { grow(record.count) }
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[byteCount...]).copyMemory(from: record)
        places.append(Place(key: key, offset: UInt32(byteCount), count: UInt32(record.count)))
        byteCount += record.count
    }

    /// Keeps the memory for the next records.
    func removeAll() {
        byteCount = 0
        places.removeAll(keepingCapacity: true)
    }

    func sort<Order: RecordOrder>(_ order: Order) {
        let bytes = unsafe UnsafeRawBufferPointer(bytes)
        places.sort { left, right in
            if left.key != right.key { return left.key < right.key }
            let difference = unsafe order.compare(Self.record(bytes, left), Self.record(bytes, right))
            return difference == 0 ? left.offset < right.offset : difference < 0
        }
    }

    /// A record, which stays where it is until this chunk changes or goes away.
    func record(_ index: Int) -> UnsafeRawBufferPointer { unsafe Self.record(UnsafeRawBufferPointer(bytes), places[index]) }

    private static func record(_ bytes: UnsafeRawBufferPointer, _ place: Place) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: bytes[Int(place.offset)..<Int(place.offset) + Int(place.count)])
    }

    private func grow(_ count: Int) {
        let capacity = unsafe max(Self.firstCapacity, max(2 * bytes.count, byteCount + count))
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<byteCount]))
        unsafe bytes.deallocate()
        unsafe bytes = larger
    }
}
