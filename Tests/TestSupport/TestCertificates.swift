internal import Subprocess

/// An authority of its own and certificates by it, in a temporary folder, made with `openssl` for one test.
///
/// Of the server: `server` for `localhost` and 127.0.0.1, `other` for another name, `expired`; of a client: `client`.
/// `stranger` is another authority. Each has a `.pem` and a `.key`.
package struct TestCertificates: Sendable {
    package let folder: String

    package var authority: String { path("ca.pem") }

    package func path(_ file: String) -> String { "\(folder)/\(file)" }

    package static func with<Result>(_ body: (TestCertificates) async throws -> Result) async throws -> Result {
        let certificates = TestCertificates(
            folder: "/tmp/redis-tls-\(String(UInt64.random(in: 0 ... .max), radix: 36))")
        let made = try await run(
            .name("sh"), arguments: Arguments(["-c", script, "sh", certificates.folder]),
            output: .string(limit: 1 << 20), error: .combinedWithOutput)
        do {
            guard made.terminationStatus.isSuccess else { throw RedisServerFailure(output: made.standardOutput) }
            let result = try await body(certificates)
            await certificates.remove()
            return result
        } catch {
            await certificates.remove()
            throw error
        }
    }

    /// Makes the server's certificate one of the others, by name, from the next connection on.
    package func replace(_ name: String, by other: String) async throws {
        _ = try await run(
            .name("cp"), arguments: Arguments([path("\(other).pem"), path("\(name).pem")]), output: .discarded)
        _ = try await run(
            .name("cp"), arguments: Arguments([path("\(other).key"), path("\(name).key")]), output: .discarded)
    }

    /// A file in the folder, with this content.
    @discardableResult
    package func write(_ text: String, to file: String) async throws -> String {
        _ = try await run(
            .name("sh"), arguments: Arguments(["-c", "cat > \"$1\"", "sh", path(file)]), input: .string(text),
            output: .discarded)
        return path(file)
    }

    /// Runs a script in the folder.
    package func change(_ script: String) async throws {
        let done = try await run(
            .name("sh"), arguments: Arguments(["-ec", "cd -- \"$0\"\n" + script, folder]),
            output: .string(limit: 1 << 20), error: .combinedWithOutput)
        guard done.terminationStatus.isSuccess else { throw RedisServerFailure(output: done.standardOutput) }
    }

    private func remove() async {
        _ = try? await run(.name("rm"), arguments: ["-rf", "--", folder], output: .discarded)
    }

    private static let script = #"""
        set -e
        mkdir -m 700 -- "$1"
        cd -- "$1"
        key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
        for authority in ca stranger; do
            openssl req -x509 $key -keyout $authority.key -out $authority.pem -days 2 -subj "/CN=$authority"
        done
        issue() { # NAME DAYS SUBJECT-ALTERNATIVE-NAMES
            openssl req $key -keyout $1.key -out $1.csr -subj "/CN=$1"
            echo "subjectAltName=$3" > $1.ext
            openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days $2 -extfile $1.ext -out $1.pem
        }
        issue server 2 DNS:localhost,IP:127.0.0.1
        issue other 2 DNS:redis.example
        issue expired -1 DNS:localhost,IP:127.0.0.1
        issue client 2 DNS:client.example
        """#
}
