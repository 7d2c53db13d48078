import { createMoments } from "./moments.js";
import { createPast } from "./past.js";
import { createReader } from "./reader.js";

/** Lets a session ask the server for what the page does not hold. `token` and `ask` as in past.js, which is given back. */
export function letAsk(session, { token, ask }) {
    const reader = createReader({ token });
    const past = createPast(session, { token, reader, ask });
    session.past = { ...past, ...createMoments(session, { reader }) };
    return past;
}
