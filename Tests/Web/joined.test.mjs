import assert from "node:assert/strict";
import { test } from "node:test";
import { pidOf, processOf, socketsOf } from "../../web/src/model/tables/sockets.js";

test("a process has its sockets, a socket its process; unknown owners match nobody", () => {
    const sockets = [{ pid: 5, inode: 1 }, { pid: null, inode: 2 }, { pid: 5, inode: 3 }];
    assert.deepEqual(socketsOf(sockets, 5).map(({ inode }) => inode), [1, 3]);
    assert.deepEqual(socketsOf(sockets, null), []);
    const processes = [{ pid: 4 }, { pid: 5 }];
    assert.equal(processOf(processes, sockets[0]).pid, 5);
    assert.equal(processOf(processes, sockets[1]), null);
    assert.equal(processOf(processes, undefined), null);
});

test("a process identity tells its pid, anything else tells none", () => {
    assert.equal(pidOf("812:99"), 812);
    for (const bad of [null, undefined, "", "x:1", "tcp 1:2 3:4 5"]) assert.equal(pidOf(bad), null);
});
