import assert from "node:assert/strict";
import { test } from "node:test";
import { CONNECTIONS, HOSTS, LISTENERS, PEERS, PROCESSES } from "../../web/src/model/filter/fields.js";
import { compile, LONGEST } from "../../web/src/model/filter/language.js";

const ROWS = [
    { pid: 1, ppid: 0, user: "root", comm: "systemd", cmd: "/sbin/init --switched-root", state: "S", cpuPct: 0, rssKiB: 12_000, memPct: 0.1, nice: 0, threads: 1 },
    { pid: 812, ppid: 1, user: "redis", comm: "redis-server", cmd: "/usr/bin/redis-server *:6379", state: "R", cpuPct: 73.04, rssKiB: 2.5 * 1024 ** 2, memPct: 30, nice: 0, threads: 7, wrBps: 2 * 1024 ** 2, unit: "redis.service" },
    { pid: 9, ppid: 2, user: "www", comm: "nginx", cmd: "nginx: worker process", state: "D", cpuPct: null, rssKiB: null, nice: -5, threads: 200 },
    { pid: 77, ppid: 2, user: "rooty", comm: "kworker/0:1|x", cmd: null, state: "Z", cpuPct: 50, rssKiB: 0, nice: 19, threads: 1, timeMs: 7_200_000 },
];
const found = (typed, rows = ROWS) => compile(PROCESSES, typed).rows(rows).map(({ pid }) => pid);
const problem = (typed, language = PROCESSES) => compile(language, typed).problem;

for (const [typed, pids] of [
    ["", [1, 812, 9, 77]], ["   ", [1, 812, 9, 77]], ["redis", [812]], ["REDIS", [812]], ["redis server", [812]], ["redis nginx", []],
    ["redis|nginx", [812, 9]], ["redis | nginx", [812, 9]], ["redis 6379 | nginx worker", [812, 9]], ["redis |", [812]], ["| redis", [812]],
    ["|", [1, 812, 9, 77]], ["redis || nginx", [812, 9]],
    ["-redis", [1, 9, 77]], ["-redis -nginx", [1, 77]], ["-redis | redis", [1, 812, 9, 77]], ["--switched", [1]], ['"-server"', [812]],
    ["ng*", [9]], ["*server", [812]], ["r*s-*er", [812]], ["*", [1, 812, 9, 77]], ["server*", []], ['"*:6379"', [812]], ["-*d", [812, 9, 77]],
    ["/^nginx: w/", [9]], ["/^(nginx|redis-server)$/", [812, 9]], ["/[0-9]{4}$/", [812]], ["-/s/", [77]], ["/usr/bin", [812]],
    ["/usr/bin/redis-server", [812]], ["/usr/", [812]], ["/a|w/ root", [1, 77]],
    ['"worker process"', [9]], ['-"worker process"', [1, 812, 77]], ['"worker proc', [9]], ["“worker process”", [9]], ['"|x"', [77]],
    ["user:root", [1]], ["user=root", [1]], ["user!=root", [812, 9, 77]], ["-user:root", [812, 9, 77]], ["user:root*", [1, 77]], ["user:root,www", [1, 9]],
    ["user:/^r/", [1, 812, 77]], ["USER:Root", [1]], ["state:D", [9]], ["state:d", [9]], ["state:R,D", [812, 9]], ["-state:S", [812, 9, 77]],
    ["pid:1", [1]], ["pid:1,9", [1, 9]], ["pid:5-100", [9, 77]], ["pid>100", [812]], ["parent:2", [9, 77]], ["ppid:1", [812]],
    ["cmd:worker", [9, 77]], ['cmd:"nginx: w"', [9]], ["name:redis*", [812]], ["unit:redis", [812]],
    ["cpu>50", [812]], ["cpu>=50", [812, 77]], ["cpu<50", [1]], ["cpu<=50%", [1, 77]], ["cpu > 50", [812]], ["cpu≥50", [812, 77]],
    ["cpu=73", [812]], ["cpu:50", [77]], ["cpu=72.9", []], ["cpu!=50", [1, 812]], ["-cpu>50", [1, 9, 77]],
    ["mem>1g", [812]], ["mem>1GiB", [812]], ["mem>2.4GB", [812]], ["mem>10%", [812]], ["mem<20m", [1, 77]], ["mem=2.5g", [812]], ["mem>0", [1, 812]], ["rss>11m", [1, 812]],
    ["written>1m", [812]], ["write>1MiB/s", [812]], ["threads>100", [9]], ["nice<0", [9]], ["nice:-5", [9]], ["time>1h", [77]], ["time<3h", [77]],
    ["user:root | cpu>50 redis | state:D", [1, 812, 9]],
    // Copied figures carry spaces that look like none.
    ["redis\u202f6379", [812]], ["mem>2.4\u202fGiB", [812]], ["mem>2.4 GiB redis", [812]], ["written>1.5 MiB/s", [812]], ["cpu>72 %", [812]],
]) {
    test(`of processes, ${JSON.stringify(typed)} keeps ${pids.join(", ") || "none"}`, () => {
        assert.deepEqual(found(typed), pids);
        assert.equal(problem(typed), "");
    });
}

for (const [typed, pids, words] of [
    ["port:80", [1, 812, 9, 77], /port is not a field here. Fields: pid, parent, user/],
    ["redis port:80", [812], /port is not a field here/],
    ["cpi>50", [1, 812, 9, 77], /cpi is not a field here/],
    ["cpu>", [1, 812, 9, 77], /write a value after cpu>/],
    ["user:", [1, 812, 9, 77], /write a value after user:/],
    ["user:,", [1, 812, 9, 77], /write a name after user:/],
    ["user: root", [1, 77], /write a value after user:/],
    ["user>3", [1, 812, 9, 77], /user is text, not a number. Write user:NAME/],
    ["cpu>x", [1, 812, 9, 77], /"x" is not a number. Write a percentage, such as 50/],
    ["cpu>1,5", [1, 812, 9, 77], /write 1.5 with a decimal point/],
    ["cpu>50g", [1, 812, 9, 77], /the unit "g" is not known here/],
    ["mem>1000", [1, 812, 9, 77], /1000 has no unit/],
    ["mem>5q", [1, 812, 9, 77], /the unit "q" is not known here. Write an amount of bytes: use k, m, g or t, such as 1g/],
    ["pid:x", [1, 812, 9, 77], /"x" is not a number. Write pid:80/],
    ["pid:9-1", [1, 812, 9, 77], /the ends of 9-1 are reversed/],
    ["/[/", [1, 812, 9, 77], /in the expression, a "\[" is not closed/],
    ["/(a/", [1, 812, 9, 77], /a "\(" is not closed/],
    ["/a)/", [1, 812, 9, 77], /a "\)" has no "\(" before it/],
    ["/+a/", [1, 812, 9, 77], /there is nothing before "\+" to repeat/],
    ["/a{3,1}/", [1, 812, 9, 77], /are reversed/],
    ["/(?=a)b/", [1, 812, 9, 77], /lookahead and lookbehind, \(\?…\), are not supported/],
    ["/(a)\\1/", [1, 812, 9, 77], /back references/],
    ["redis | port:80", [812], /port is not a field/],
    ["redis | -/(/", [812], /is not closed/],
    ["usr:root", [], /usr:root is searched as text, because usr: is not a field/],
]) {
    test(`what is wrong in ${JSON.stringify(typed)} is told in words, and the rest still holds`, () => {
        assert.deepEqual(found(typed), pids);
        assert.match(problem(typed), words);
    });
}

test("addresses and words with colons are text, without a remark", () => {
    const rows = [{ pid: 1, cmd: "sshd: root@pts/0" }, { pid: 2, cmd: "curl localhost:8080/x" }, { pid: 3, cmd: "a=b c->d" }];
    for (const [typed, pid] of [["sshd: root@pts", 1], ["localhost:8080", 2], ["a=b", 3], ["c->d", 3], ["pts/0", 1]]) {
        assert.deepEqual([found(typed, rows), problem(typed)], [[pid], ""]);
    }
});

const CONNS = [
    { pid: 5, proto: "tcp", state: "established", local: "10.0.0.1:443", remote: "10.0.0.9:5000", lport: 443, rport: 5000, rttUs: 12_000, retrans: 0, recvQ: 0, comm: "nginx", txBps: 5e6 },
    { pid: null, proto: "udp", state: "time-wait", local: "[::1]:53", remote: "[fe80::1%lo]:80", lport: 53, rport: 80, rttUs: null, retrans: 3, recvQ: 4096, comm: null, txBps: 10 },
];
for (const [typed, places] of [
    ["port:443", [0]], ["port:80", [1]], ["port:80,443", [0, 1]], ["lport:80", []], ["rport:80", [1]], ["port:5000-6000", [0]], ["port!=80", [0]],
    ["state:established", [0]], ["state:timeWait", [1]], ["state:time_wait", [1]], ["state:time*", [1]], ["pid:5", [0]], ["-pid:5", [1]], ["remote:10.0.", [0]],
    ["addr:fe80", [1]], ["rtt>10ms", [0]], ["rtt<20", [0]], ["retr>0", [1]], ["recvq>1k", [1]], ["sent>1m", [0]], ["proto:udp", [1]], ["10.0.0.9:5000", [0]], ["[::1]", [1]],
    ["program:nginx", [0]],
]) {
    test(`of connections, ${typed} keeps ${places.join(", ") || "none"}`, () => {
        assert.deepEqual(compile(CONNECTIONS, typed).rows(CONNS).map((row) => CONNS.indexOf(row)), places);
        assert.equal(problem(typed, CONNECTIONS), "");
    });
}

test("listeners and peers have ports, hosts have figures in their own units", () => {
    assert.equal(compile(LISTENERS, "port:22,80 -ssh").rows([{ port: 22, comm: "sshd" }, { port: 80, comm: "nginx" }]).length, 1);
    assert.equal(compile(PEERS, "port:80 conns>10").rows([{ lport: 80, conns: 11 }, { lport: 80, conns: 10 }]).length, 1);
    const host = { name: "web-1", cpu: 20, memory: 60, memoryKiB: 2 * 1024 ** 2, network: 5e6, load: 3, cpus: 2, alarms: 0, stale: false, ageMs: 10 };
    for (const yes of ["mem>50", "memory>50%", "mem>1g", "mem<3g", "network>1m", "net>4000000", "load>2", "is:busy", "-is:silent", "cpus:2", "/^web-\\d$/", "web* | db*"]) {
        assert.equal(compile(HOSTS, yes).keeps(host), true, yes);
    }
    for (const no of ["mem>3g", "cpu>50", "is:alarm", "is:silent", "-web"]) assert.equal(compile(HOSTS, no).keeps(host), false, no);
    assert.match(problem("is:odd", HOSTS), /is: can be busy, silent, alarm/);
});

test("of a silent host nothing is known now, but while the page hears nobody all keep their figures", () => {
    const silent = { name: "a", cpu: 99, cpus: 1, load: 9, stale: true, ageMs: 600_000, alarms: 0, state: "stale" };
    for (const no of ["cpu>50", "cpu<50", "load>1", "is:busy"]) assert.equal(compile(HOSTS, no).keeps(silent), false, no);
    for (const yes of ["is:silent", "silence>5m", "a"]) assert.equal(compile(HOSTS, yes).keeps(silent), true, yes);
    assert.equal(compile(HOSTS, "cpu>50").keeps({ ...silent, state: "unheard" }), true);
});

test("accents are alike however they are written, and all scripts are text", () => {
    const rows = [{ pid: 1, comm: "cafe\u0301" }, { pid: 2, comm: "ДЕМОН" }, { pid: 3, comm: "日本語" }, { pid: 4, comm: "😀x" }, { pid: 5, comm: "\ud800lone" }];
    for (const [typed, pid] of [["café", 1], ["демон", 2], ["/^д.мон$/", 2], ["日本", 3], ["/^.x$/", 4], ["/[😀-😂]/", 4], ["lone", 5]]) {
        assert.deepEqual(found(typed, rows), [pid], typed);
    }
});

test("every text can be a filter, and none breaks it or its rows", () => {
    const signs = ["", " ", "|", "-", "/", '"', "\\", "(", "[", "*", ":", ">", "cpu", "user:", "mem>", "1g", "é", "\u0000", "\ud800", "'", "{9}", "<b>", "__proto__:", "constructor:x"];
    let seed = 7;
    const next = (most) => (seed = (seed * 48271) % 2147483647) % most;
    for (let i = 0; i < 20_000; i += 1) {
        const typed = Array.from({ length: 1 + next(9) }, () => signs[next(signs.length)]).join("");
        const filter = compile(PROCESSES, typed);
        assert.ok(filter.rows(ROWS).length <= ROWS.length);
        assert.equal(typeof filter.problem, "string");
    }
    for (const odd of [null, undefined, 5, {}, []]) assert.equal(typeof compile(PROCESSES, odd).keeps({}), "boolean");
});

test("rows of nonsense are rows", () => {
    const rows = [{}, { pid: "x", cpuPct: "y", user: 7, rssKiB: NaN }, { pid: {}, comm: true }];
    for (const typed of ["x", "cpu>1", "mem>1g", "user:7", "pid:1", "/./", "-x", "state:D", "nam*"]) assert.ok(found(typed, rows).length <= 3);
    assert.deepEqual(compile(PROCESSES, "user:7").rows(rows), [rows[1]]);
});

test("a filter without end is cut, and says so", () => {
    assert.match(problem("x".repeat(100_000)), new RegExp(`only its first ${LONGEST} characters`));
    assert.match(problem("a ".repeat(140)), /first 64 terms/);
    const began = process.cpuUsage();
    found("|".repeat(100_000));
    found('"'.repeat(100_000));
    found("-".repeat(100_000));
    const { user } = process.cpuUsage(began);
    assert.ok(user < 2e6, `${user} µs`);
});

test("the same text is compiled once", () => {
    assert.equal(compile(PROCESSES, "redis cpu>5"), compile(PROCESSES, "redis cpu>5"));
});
