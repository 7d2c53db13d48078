import Glibc

/// Ends the program when standard input ends: whoever started it holds the other end, and may be killed hard.
enum Lifeline {
    /// Asks for a shutdown as SIGTERM does, once standard input has reached its end.
    static func watchStandardInput() {
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { _ in
                var byte: UInt8 = 0
                while true {
                    let count = read(STDIN_FILENO, &byte, 1)
                    if count == 0 || (count < 0 && errno != EINTR) { break }
                }
                kill(getpid(), SIGTERM)
                return nil
            }, nil)
        if status == 0 { pthread_detach(thread) }
    }
}
