import ArgumentParser

@main
struct CollectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "collector")
}
