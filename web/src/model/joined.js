/** The sockets among `rows` that belong to the process `pid`. */
export const socketsOf = (rows, pid) => rows.filter((row) => row.pid !== null && row.pid === pid);

/** The process among `rows` that holds a socket, null where the table does not list it or the kernel did not tell. */
export function processOf(rows, socket) {
    if (socket?.pid === null || socket?.pid === undefined) return null;
    return rows.find((row) => row.pid === socket.pid) ?? null;
}

/** The pid in a process identity (`PID:START`), null where it is none. */
export function pidOf(identity) {
    const pid = /^(\d+):/.exec(identity ?? "");
    return pid ? Number(pid[1]) : null;
}
