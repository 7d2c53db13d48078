package import ProcFS

/// Something that a probe reads, and how `collector check` tests whether it can.
package struct ProbeSource: Sendable {
    private let look: @Sendable (_ root: String, _ buffer: ReadBuffer) -> [CheckFinding]

    init(_ look: @escaping @Sendable (_ root: String, _ buffer: ReadBuffer) -> [CheckFinding]) {
        self.look = look
    }

    /// One kernel file.
    package static func file<Content: KernelFile>(
        _ type: Content.Type, at path: String = Content.path
    ) -> ProbeSource {
        reading("/\(path)") { (root, buffer) throws(ProcFSError) in
            _ = try KeptFile<Content>(path, root: root, buffer: buffer).read()
            return "readable"
        }
    }

    /// Any source that can describe itself in a sentence, or say why it cannot be read.
    static func reading(
        _ name: String, _ read: @escaping @Sendable (_ root: String, _ buffer: ReadBuffer) throws(ProcFSError) -> String
    ) -> ProbeSource {
        ProbeSource { root, buffer in
            do throws(ProcFSError) {
                return [CheckFinding(name, .fine, try read(root, buffer))]
            } catch {
                guard error.isGone, name.hasPrefix("/proc/"),
                    ProcessHiding(root: root, buffer: buffer).showsOnlyProcesses
                else { return [CheckFinding(name, error)] }
                return [
                    CheckFinding(
                        name, .denied,
                        "/proc is mounted with subset=pid; mount it without (in a unit of systemd: ProcSubset=all)")
                ]
            }
        }
    }

    package func findings(root: String, buffer: ReadBuffer) -> [CheckFinding] { look(root, buffer) }
}

/// One line of `collector check`.
package struct CheckFinding: Sendable, Equatable {
    package enum Verdict: String, Sendable {
        /// Readable or writable.
        case fine = "ok"
        /// This kernel does not have it, so the fields are null.
        case missing
        /// It exists, but this user may not read it. The fields are null, and samples have the flag `no-privilege`.
        case denied
        case failed
    }

    package var source: String
    package var verdict: Verdict
    /// What was seen, and what to do if something is wrong.
    package var detail: String

    package init(_ source: String, _ verdict: Verdict, _ detail: String) {
        self.source = source
        self.verdict = verdict
        self.detail = detail
    }

    /// Makes a result from the error of a source.
    init(_ source: String, _ error: ProcFSError) {
        if error.isGone {
            self.init(source, .missing, "this kernel does not have it; its fields are null")
        } else if error.isDenied {
            self.init(source, .denied, "\(error); run as root")
        } else {
            self.init(source, .failed, error.description)
        }
    }
}
