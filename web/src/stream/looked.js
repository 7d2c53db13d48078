/**
 * Keeps the server told of which host the details are wanted: of the one whose page is open, of none on the fleet's page or
 * while the page is hidden. What came of a host while nobody looked is asked for when somebody does.
 * @param look `(host or null)`: says it to the server
 * @param page the document
 */
export function followLooks({ fleet, view }, { look, past, page }) {
    const wanted = () => (page.hidden || view.state.page !== "host" ? null : view.state.host);
    // What the page opens with comes with the first snapshot.
    let last = wanted();

    function tell() {
        fleet.look(last);
        look(last);
    }

    function renew() {
        const host = wanted();
        if (host === last) return;
        last = host;
        tell();
        if (host !== null) past.goOn(host);
    }

    page.addEventListener("visibilitychange", renew);
    view.subscribe((next, before) => {
        if (next.page !== before.page || next.host !== before.host) renew();
    });
    tell();
}
