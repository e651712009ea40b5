extension [UInt8] {
    /// The array's bytes, borrowed. The standard library's `span.bytes` is marked unsafe because it fits any element type; for
    /// bytes there is nothing unsafe about it, and `unsafe` stays a word worth looking at.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { unsafe span.bytes }
    }
}
