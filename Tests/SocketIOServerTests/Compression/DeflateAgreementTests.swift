import Testing

@testable import SocketIOServer

/// RFC 6455 §9.1 and RFC 7692 §7.1.
struct DeflateAgreementTests {
    private static let own = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    private static func answer(_ headers: String...) throws -> String? {
        DeflateAgreement(try WebSocketExtension.offers(headers))?.answer
    }

    @Test(arguments: [
        "permessage-deflate", "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate;client_max_window_bits=8", "permessage-deflate; client_max_window_bits=\"15\"",
        "\tpermessage-deflate ;\tclient_max_window_bits = 10 ", "x-webkit-deflate-frame, permessage-deflate",
        ", ,permessage-deflate,", "other; a=1; b=\"c\", permessage-deflate",
        "permessage-deflate, permessage-deflate; x",
    ])
    func `an offer that can be kept is taken, and never with a window from message to message`(_ offer: String) throws {
        #expect(try Self.answer(offer) == Self.own)
    }

    @Test(arguments: [9, 10, 11, 12, 13, 14, 15])
    func `the window that the client asks of us is ours`(_ bits: Int) throws {
        let offers = try WebSocketExtension.offers(["permessage-deflate; server_max_window_bits=\(bits)"])
        let agreement = try #require(DeflateAgreement(offers))
        #expect(agreement.windowBits == bits)
        #expect(agreement.answer == Self.own + "; server_max_window_bits=\(bits)")
    }

    @Test(arguments: [
        "", " ", ",", "permessage-bzip2", "Permessage-Deflate", "x-permessage-deflate",
        // A parameter that is unknown, given twice, without its value or with one that is none.
        "permessage-deflate; unknown", "permessage-deflate; unknown=1",
        "permessage-deflate; Server_no_context_takeover",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
        "permessage-deflate; server_no_context_takeover=1", "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=010", "permessage-deflate; server_max_window_bits=+10",
        "permessage-deflate; server_max_window_bits=1e1",
        "permessage-deflate; server_max_window_bits=99999999999999999999",
        "permessage-deflate; client_max_window_bits=7", "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=08", "permessage-deflate; client_max_window_bits=x",
    ])
    func `an offer that cannot be kept is declined`(_ offer: String) throws {
        #expect(try Self.answer(offer) == nil)
    }

    @Test func `the first offer that can be kept is taken, in the client's order`() throws {
        let offers = [
            "permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=10",
            "permessage-deflate",
        ]
        let asked = Self.own + "; server_max_window_bits=10"
        #expect(try Self.answer(offers.joined(separator: ", ")) == asked)
        #expect(try Self.answer(offers[0], offers[1], offers[2]) == asked)
        #expect(try Self.answer(offers[2], offers[1]) == Self.own)
        #expect(try Self.answer() == nil)
    }

    @Test(arguments: [
        ";", "permessage-deflate;", "permessage-deflate; ;", "permessage-deflate; =1", "permessage-deflate; a=",
        "permessage-deflate; a=\"", "permessage-deflate; a=\"\"", "permessage-deflate; a=\"b c\"",
        "permessage-deflate; a=\"b\\", "permessage-deflate client_max_window_bits", "permessage-deflate; a b",
        "permessage-deflate/2", "permessage-deflate; a=\"b\"c", "permessage deflate", "é", "permessage-deflate; a=b=c",
    ])
    func `a header against the grammar is malformed`(_ header: String) {
        #expect(throws: WebSocketExtension.Malformed()) { try WebSocketExtension.offers([header]) }
    }

    @Test func `a value in quotes is the same as one without`() throws {
        let offers = try WebSocketExtension.offers(["a;b=\"c\\d\";e=f;g"])
        #expect(
            offers == [
                WebSocketExtension(
                    name: "a",
                    parameters: [
                        .init(name: "b", value: "cd"), .init(name: "e", value: "f"), .init(name: "g", value: nil),
                    ])
            ])
    }
}
