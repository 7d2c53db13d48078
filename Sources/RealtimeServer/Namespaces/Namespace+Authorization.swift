import NIOCore

/// Asking the middleware, one after the other.
extension Namespace {
    /// Decides whether the client may join; both ends on the event loop, at once where no middleware has to wait.
    func authorize(_ socket: Socket, decided: @escaping @Sendable (Result<Void, ConnectError>) -> Void) {
        ask(hooks.middleware[...], socket, decided)
    }

    private func ask(
        _ middleware: ArraySlice<NamespaceHooks.Middleware>, _ socket: Socket,
        _ decided: @escaping @Sendable (Result<Void, ConnectError>) -> Void
    ) {
        for (index, check) in zip(middleware.indices, middleware) {
            switch check {
            case .immediate(let check):
                do throws(ConnectError) {
                    try check(socket)
                } catch {
                    return decided(.failure(error))
                }
            case .awaited(let check):
                let rest = middleware[(index + 1)...]
                let eventLoop = eventLoop
                Task {
                    let result = await Result(catching: { () async throws(ConnectError) in try await check(socket) })
                    eventLoop.execute {
                        switch result {
                        case .success: self.ask(rest, socket, decided)
                        case .failure: decided(result)
                        }
                    }
                }
                return
            }
        }
        decided(.success(()))
    }
}

extension Result {
    fileprivate init(catching body: () async throws(Failure) -> Success) async {
        do throws(Failure) {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
