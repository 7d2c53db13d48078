import Probes
import SeededRandom
import TestSupport
import Testing

@Suite struct CommandRedactionTests {
    /// The arguments of a listed line; `¦` is a pipe within one of them.
    private func arguments(_ line: String) -> [String] {
        line.split(separator: "|", omittingEmptySubsequences: false).map { String($0).replacing("¦", with: "|") }
    }

    private func redacted(_ arguments: [String]) -> String {
        CommandText.make(arguments: arguments.map { Array($0.utf8) }).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    @Test(arguments: [
        (["app", "--password", "hunter2", "-v"], "app --password *** -v"),
        (["app", "--db-password=hunter2"], "app --db-password=***"),
        (["app", "--token", "--verbose"], "app --token --verbose"),
        (
            ["app", "--api-key", "k", "--apiKey=k", "--access_token=t"],
            "app --api-key *** --apiKey=*** --access_token=***"
        ),
        (
            ["env", "DB_PASS=x", "MYSQL_PWD=y", "AWS_SECRET_ACCESS_KEY=z", "HOME=/root"],
            "env DB_PASS=*** MYSQL_PWD=*** AWS_SECRET_ACCESS_KEY=*** HOME=/root"
        ),
        (["app", "redis://user:pw@h:6379/0"], "app redis://user:***@h:6379/0"),
        (["git", "clone", "https://ghp_abc@github.com/a/b"], "git clone https://***@github.com/a/b"),
        (["curl", "https://h/p?a=1&token=abc&b=2"], "curl https://h/p?a=1&token=***&b=2"),
        (["curl", "-u", "me:pw", "https://h/"], "curl -u *** https://h/"),
        (["curl", "-H", "Authorization: Bearer abc.def"], "curl -H Authorization: ***"),
        (["mysql", "-phunter2", "db"], "mysql -p*** db"),
        (["/usr/bin/sshpass", "-p", "x", "ssh", "h"], "/usr/bin/sshpass -p *** ssh h"),
        (["redis-cli", "-a", "pw", "ping"], "redis-cli -a *** ping"),
        (["sh", "-c", "mysql --password='a b' x; TOKEN=t run"], "sh -c mysql --password='***' x; TOKEN=*** run"),
        (["app", #"{"password":"x","user":"y"}"#], #"app {"password":"***","user":"y"}"#),
        (["ssh", "-p", "22", "host"], "ssh -p 22 host"),
        (["app", "--keyspace", "k1", "--monkey=1", "--compass", "n"], "app --keyspace k1 --monkey=1 --compass n"),
        (["ps", "-eo", "pid,user"], "ps -eo pid,user"),
    ])
    func `masks what looks like a secret and nothing else`(arguments: [String], text: String) {
        #expect(redacted(arguments) == text)
    }

    @Test(arguments: CommandLines.secret)
    func `no secret of real command lines is seen, and the rest is`(line: String, seen: String) {
        let text = redacted(line.split(separator: "|", omittingEmptySubsequences: false).map(String.init))
        #expect(text == seen)
        #expect(!text.contains("SEKRIT"))
    }

    @Test(arguments: CommandLines.rarer)
    func `no secret of rarer programs is seen`(line: String) {
        let arguments = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let text = redacted(arguments)
        #expect(!text.contains("SEKRIT"))
        #expect(text.hasPrefix(arguments[0] + " "))
    }

    @Test(arguments: [
        CommandLines.clients, CommandLines.clouds, CommandLines.hosts, CommandLines.scripts, CommandLines.forms,
        CommandLines.tools, CommandLines.languages, CommandLines.lists,
    ])
    func `no secret of tools of one field is seen`(lines: [String]) {
        for line in lines {
            #expect(!redacted(arguments(line)).contains("SEKRIT"), "\(line)")
        }
    }

    @Test func `what only looks like these stays as it is`() {
        for line in CommandLines.plain + CommandLines.plainForms + CommandLines.plainTools + CommandLines.plainLists {
            let arguments = arguments(line)
            #expect(redacted(arguments) == arguments.joined(separator: " "))
        }
    }

    @Test(arguments: [
        ("sqlplus|-s|scott/SEKRIT@db|@/opt/x.sql", "sqlplus -s scott/*** @/opt/x.sql"),
        ("expdp|userid=scott/SEKRIT@db|directory=/a/b", "expdp userid=scott/*** directory=/a/b"),
        ("git|-c|http.extraHeader=X-Token: SEKRIT|fetch", "git -c http.extraHeader=*** fetch"),
        ("git|-c|x=SEKRIT|fetch", "git -c x=*** fetch"),
        ("app|--session|SEKRIT|--seed|42", "app --session *** --seed 42"),
        ("app|--session-id=SEKRIT|--session-id|42", "app --session-id=*** --session-id 42"),
        ("ch|SELECT * FROM mysql('h:1','d','t','u','SEKRIT') LIMIT 1", "ch SELECT * FROM mysql('h:1',***) LIMIT 1"),
        ("php|-r|define('DB_PASSWORD', 'SEKRIT'); run();", "php -r define('DB_PASSWORD', '***'); run();"),
        ("rsync|-e|sshpass -p SEKRIT ssh|a|b", "rsync -e sshpass -p *** ssh a b"),
        (#"sqlplus|-s|scott/"SEKRIT"@db|@/opt/x.sql"#, "sqlplus -s scott/*** @/opt/x.sql"),
        ("python3|-c|hmac.new(b'SEKRIT', m, 'sha256')", "python3 -c hmac.new(***)"),
        ("app|(user me)(password SEKRIT)(port 25)", "app (user me)(password ***)(port 25)"),
        (
            #"kubectl|patch|secret|x|-p|{"stringData":{"a":{"b":"}"},"any":"SEKRIT"},"kind":"x"}"#,
            #"kubectl patch secret x -p {"stringData":***},"kind":"x"}"#
        ),
        (
            "sh|-c|kubectl apply -f - <<E\nstringData:\n  any: SEKRIT\nkind: x\nE",
            "sh -c kubectl apply -f - <<E\nstringData: ***\nkind: x\nE"
        ),
        ("app|{auth: {user: me, pass: SEKRIT}, x: 1}", "app {auth: ***}, x: 1}"),
        ("salt|h|shadow.set_password|me|SEKRIT|x", "salt h shadow.set_password *** *** x"),
        ("psql|-c|ALTER ROLE x PASSWORD $$SEKRIT$$ VALID", "psql -c ALTER ROLE x PASSWORD $$***$$ VALID"),
        ("sed|-i|s/password=.*/password=SEKRIT/g|f", "sed -i s/password=.*/***/g f"),
        ("sed|-i|s/password=.*//|f", "sed -i s/password=.*// f"),
        ("docker|run|-e|TOKENS=SEKRITa,SEKRITb|--name|x|y", "docker run -e TOKENS=*** --name x y"),
        ("app|--tokens|SEKRITa|SEKRITb|--verbose|x", "app --tokens *** *** --verbose x"),
        ("xmlstarlet|ed|-u|//password|-v|SEKRIT|f", "xmlstarlet ed -u //password -v *** f"),
        ("pwsh|-c|$token = @'\nSEKRIT\n'@; run", "pwsh -c $token = @'***'@; run"),
        ("python3|-c|user, password = 'me', 'SEKRIT'; run()", "python3 -c user, password = ***; run()"),
        (
            "mysql|-e|INSERT INTO t (name, password) VALUES ('me', 'SEKRIT'); SELECT 1",
            "mysql -e INSERT INTO t (name, password) VALUES (***; SELECT 1"
        ),
        ("env|GIT_SSH_COMMAND=sshpass -p SEKRIT ssh|git|fetch", "env GIT_SSH_COMMAND=sshpass -p *** ssh git fetch"),
    ])
    func `only the secret is hidden`(line: String, seen: String) {
        #expect(redacted(arguments(line)) == seen)
    }

    @Test(arguments: CommandLines.rarerScripts)
    func `no secret that a script hands on is seen`(script: String) {
        let text = redacted(["sh", "-c", script])
        #expect(!text.contains("SEKRIT"))
        #expect(text.hasPrefix("sh -c "))
    }

    @Test(arguments: CommandLines.harmless + CommandLines.lookalikes)
    func `what holds no secret stays as it is`(line: String) {
        let arguments = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        #expect(redacted(arguments) == arguments.joined(separator: " "))
    }

    @Test func `a secret that the cut would split is masked first`() {
        for length in 230...256 {
            let text = redacted([String(repeating: "a", count: length), "https://me:SEKRIT-SEKRIT-SEKRIT@host/"])
            #expect(!text.contains("SEK"), "\(length)")
        }
    }

    @Test func `an argument too long to look at is left out, with all behind it`() {
        #expect(redacted(["app", String(repeating: "x", count: 70_000) + " token=SEKRIT", "b"]) == "app")
    }

    @Test func `this host's own rules come before the cut`() {
        let line = CommandText.make(arguments: [Array("app".utf8), Array("abc".utf8)]) { line in
            Array(String(decoding: line, as: UTF8.self).replacing("abc", with: "***").utf8)
        }
        #expect(line == Array("app ***".utf8))
    }

    @Test func `is cut at 256 bytes between characters, after it was redacted`() {
        let text = redacted([
            "app", "--password=" + String(repeating: "s", count: 500), String(repeating: "ä", count: 300),
        ])
        #expect(text.hasPrefix("app --password=*** ää"))
        #expect(text.utf8.count <= 256)
        #expect(text.utf8.count > 252)
        #expect(!text.contains("\u{FFFD}"))
    }

    @Test(arguments: [
        ("echo SEKRIT | sudo -S ls", "echo *** | sudo -S ls"), ("echo me:SEKRIT|chpasswd", "echo *** |chpasswd"),
        ("printf '%s' \"SEKRIT\" | docker login --password-stdin h", "printf *** | docker login --password-stdin h"),
        ("echo a | grep su", "echo a | grep su"),
    ])
    func `what a script writes to a program that reads a password is hidden`(script: String, seen: String) {
        #expect(redacted(["sh", "-c", script]) == "sh -c \(seen)")
    }

    @Test func `kernel threads have no command`() {
        #expect(CommandText.make(arguments: []) == nil)
    }

    @Test func `a secret never survives behind any known word and separator`() {
        for word in ["password", "PASSWD", "client_secret", "auth-token", "credentials", "ssh.key", "x-api-key"] {
            for form in [
                ["--\(word)", "SEKRIT"], ["--\(word)=SEKRIT"], ["\(word)=SEKRIT"], ["\(word): SEKRIT"],
                ["a;\(word)=SEKRIT;b"],
            ] {
                #expect(!redacted(["app"] + form).contains("SEKRIT"), "\(form)")
            }
        }
    }

    @Test func `survives random bytes`() {
        var random = SeededGenerator(seed: 11)
        let alphabet = Array("ab=:/@-'\" \n&;password".utf8) + [0xFF, 0xC3, 0x80]
        for _ in 0..<2000 {
            let arguments = (0..<4).map { _ in
                (0..<Int.random(in: 0...30, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
            }
            #expect(CommandText.make(arguments: arguments).map { $0.count <= 256 } ?? true)
        }
    }
}
