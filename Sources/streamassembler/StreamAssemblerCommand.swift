import ArgumentParser

@main
struct StreamAssemblerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "streamassembler")
}
