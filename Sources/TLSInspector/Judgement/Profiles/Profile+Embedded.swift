extension Profile {
    /// The files of `Sources/TLSInspector/Profiles`, which are compiled into the program.
    private static let embeddedFiles: [[UInt8]] = [
        PackageResources.bsi_tr_02102_2_json,
        PackageResources.mozilla_intermediate_5_7_json, PackageResources.mozilla_intermediate_5_8_json,
        PackageResources.mozilla_intermediate_6_0_json, PackageResources.mozilla_modern_5_7_json,
        PackageResources.mozilla_modern_5_8_json, PackageResources.mozilla_modern_6_0_json, PackageResources.mozilla_old_5_7_json,
        PackageResources.mozilla_old_5_8_json, PackageResources.nist_800_52r2_json, PackageResources.pci_dss_4_json,
    ]

    /// The profiles that come with the program, sorted by id.
    public static let embedded: [Profile] = embeddedFiles.map { file in
        do {
            return try Profile(json: file)
        } catch {
            // A test reads every one of them.
            preconditionFailure("a profile of the program is broken: \(error)")
        }
    }

    /// The profile that has this id or alias.
    public static func named(_ name: String) throws(ProfileError) -> Profile {
        guard let profile = embedded.first(where: { $0.id == name || $0.aliases.contains(name) }) else { throw .unknownName(name) }
        return profile
    }
}
