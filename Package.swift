// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors where CI is set, so that a newer compiler's new warning never stops a user's build.
let isCI = Context.environment["CI"] != nil

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (isCI ? [.treatAllWarnings(as: .error)] : [])

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let nioConcurrencyHelpers: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

func module(_ name: String, in folder: String = "Sources", _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "\(folder)/\(name)", swiftSettings: settings)
}

/// `seeded`: whether it walks at random, by seeds.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], seeded: Bool = true, exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: (seeded ? ["SeededRandom"] : []) + dependencies, path: "Tests/\(name)",
        exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "StreamAssembler",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "SocketIOServer", targets: ["SocketIOServer"]),
        .library(name: "SocketIOHummingbird", targets: ["SocketIOHummingbird"]),
        .library(name: "StreamAssembly", targets: ["StreamAssembly"]),
        .executable(name: "streamassembler", targets: ["streamassembler"]),
        .executable(name: "collector", targets: ["collector"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // The daemon, bottom up: a target imports only what stands above it.
        .systemLibrary(name: "CHiredis", path: "Sources/CHiredis"),
        .systemLibrary(name: "CYAML", path: "Sources/CYAML"),
        // Rounding is a call into libm, which nothing else links where a program uses this library alone.
        .target(
            name: "JSONBytes", path: "Sources/JSONBytes", swiftSettings: settings,
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        .systemLibrary(name: "CZlib", path: "Sources/CZlib"),
        .systemLibrary(name: "CZstd", path: "Sources/CZstd"),
        module("Zstd", ["CZstd"]),
        // Binary search, for both halves.
        module("SortedSearch"),
        // What keys and samples are made of, for both halves.
        module("SampleContract"),
        module("RESP", ["CHiredis"]),
        module("StreamAssembly", ["JSONBytes", "SampleContract", "SortedSearch", "Zstd", deque, heap]),
        module("EngineIO"),
        module("SocketIO", ["EngineIO", "JSONBytes", deque, heap]),
        module("RedisClient", ["RESP", nioCore, nioPosix, nioSSL, nioTLS, logging]),
        module(
            "KeyspaceFollower",
            ["RedisClient", "RESP", "SortedSearch", "StreamAssembly", nioCore, lifecycle, logging]),
        module(
            "SocketIOServer",
            [
                "SocketIO", "EngineIO", "JSONBytes", "CZlib", deque, nioCore, nioPosix, nioHTTP1, nioWebSocket, logging,
            ]),
        // The library stands alone; who uses Hummingbird, or a group of services, takes this beside it.
        module(
            "SocketIOHummingbird",
            [
                "SocketIOServer", nioCore, nioHTTP1, nioHTTPTypes, hummingbird, hummingbirdCore, lifecycle, logging,
            ]),
        module("Settings", ["CYAML"]),
        module("SettingFlags", ["Settings", argumentParser]),
        module("Access", ["JSONBytes", "Settings", "StreamAssembly"]),
        module("RedisSettings", ["RedisClient", "Settings"]),
        module(
            "Daemon",
            [
                "Access", "KeyspaceFollower", "SocketIOServer", "SocketIOHummingbird", "RedisClient", "RedisSettings",
                "RESP", "SampleContract", "Settings", "StreamAssembly", "JSONBytes", deque, nioConcurrencyHelpers,
                nioCore, nioHTTP1, nioPosix, nioSSL, nioTLS, httpTypes, hummingbird, lifecycle, logging, signals,
                subprocess, systemPackage,
            ]),
        .executableTarget(
            name: "streamassembler", dependencies: ["Daemon", "SettingFlags", "Settings", argumentParser],
            path: "Sources/streamassembler", swiftSettings: settings),

        // The collector.
        .target(name: "CHost", path: "collectors/CHost"),
        .target(name: "CSockDiag", path: "collectors/CSockDiag"),
        module("ProcFS", in: "collectors", ["CHost", "CSockDiag", "SampleContract", "SortedSearch"]),
        module("Probes", in: "collectors", ["ProcFS", "JSONBytes", "SampleContract", "SortedSearch"]),
        module(
            "CollectorAgent", in: "collectors",
            [
                "CHost", "Probes", "ProcFS", "RedisClient", "RedisSettings", "RESP", "SampleContract", "Settings",
                "JSONBytes", deque, nioCore, nioPosix, lifecycle, logging, signals,
            ]),
        .executableTarget(
            name: "collector", dependencies: ["CollectorAgent", "SettingFlags", "Settings", argumentParser, logging],
            path: "collectors/collector", swiftSettings: settings),

        // What the library is used like; built and tried by the tests.
        .executableTarget(
            name: "ChatExample", dependencies: ["SocketIOServer"], path: "Sources/ChatExample",
            swiftSettings: settings),
        .executableTarget(
            name: "CounterExample", dependencies: ["SocketIOServer", "SocketIOHummingbird", hummingbird],
            path: "Sources/CounterExample", swiftSettings: settings),

        // Tests and benchmarks.
        .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: ["CZlib", "JSONBytes", nioCore, nioPosix, nioWebSocket, subprocess, logging],
            path: "Tests/TestSupport", swiftSettings: settings),
        .executableTarget(
            name: "FollowBenchmark",
            dependencies: [
                "TestSupport", "RedisClient", "RESP", "JSONBytes", nioCore, nioPosix,
                nioConcurrencyHelpers, argumentParser, logging,
            ],
            path: "Tests/FollowBenchmark", swiftSettings: settings),
        .executableTarget(
            name: "FaultSuite",
            dependencies: [
                "streamassembler", "TestSupport", "SeededRandom", "RedisClient", "RESP", "JSONBytes", nioCore, nioPosix,
                nioConcurrencyHelpers, argumentParser, logging,
            ],
            path: "Tests/FaultSuite", swiftSettings: settings),
        .executableTarget(
            name: "Soak",
            dependencies: [
                "streamassembler", "TestSupport", "SeededRandom", "RedisClient", "RESP", nioCore, nioPosix,
                nioWebSocket, argumentParser, logging,
            ],
            path: "Tests/Soak", swiftSettings: settings),
        .executableTarget(
            name: "CollectorDay",
            dependencies: [
                "TestSupport", "CollectorAgent", "Probes", "ProcFS", "RedisClient", "JSONBytes", argumentParser,
            ],
            path: "Tests/CollectorDay", swiftSettings: settings),
        .target(name: "CEpoll", path: "Tests/CEpoll"),
        .executableTarget(
            name: "FanoutBenchmark",
            dependencies: ["CEpoll", "SocketIOServer", nioCore, nioPosix, argumentParser, logging],
            path: "Tests/FanoutBenchmark", swiftSettings: settings),
        .executableTarget(
            name: "CapacityBenchmark", dependencies: ["SeededRandom", "StreamAssembly", argumentParser],
            path: "Tests/CapacityBenchmark", swiftSettings: settings),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "EngineIO", "JSONBytes", "ProcFS", "Probes", "SampleContract", "SeededRandom", "SocketIO",
                argumentParser,
            ],
            path: "Tests/Fuzz", swiftSettings: settings),
        .executableTarget(
            name: "ConformanceServer",
            dependencies: ["SocketIOServer", "JSONBytes", nioCore, nioHTTP1, nioPosix, argumentParser, logging],
            path: "Tests/ConformanceServer", swiftSettings: settings),
        tests("SortedSearchTests", ["SortedSearch"], seeded: false),
        tests("JSONBytesTests", ["JSONBytes", "TestSupport"]),
        tests("RESPTests", ["RESP", "TestSupport"]),
        tests("RedisSettingsTests", ["RedisSettings", "RedisClient", "Settings", "TestSupport"], seeded: false),
        tests("StreamAssemblyTests", ["StreamAssembly", "JSONBytes", "TestSupport"]),
        tests("ZstdTests", ["Zstd"]),
        tests("EngineIOTests", ["EngineIO", "TestSupport"]),
        tests("SocketIOTests", ["SocketIO", "EngineIO", "JSONBytes", "TestSupport"]),
        tests("RedisClientTests", ["RedisClient", "RESP", "TestSupport", nioCore, nioPosix, nioEmbedded, logging]),
        tests(
            "KeyspaceFollowerTests",
            [
                "KeyspaceFollower", "RedisClient", "RESP", "StreamAssembly", "TestSupport", nioCore, nioPosix, logging,
                lifecycle,
            ]),
        tests(
            "SocketIOServerTests",
            [
                "SocketIOServer", "SocketIOHummingbird", "SocketIO", "EngineIO", "JSONBytes", "CZlib", "TestSupport",
                nioCore, nioPosix, nioEmbedded, nioHTTP1, nioWebSocket, hummingbird, hummingbirdCore, lifecycle,
                logging,
            ]),
        tests(
            "ExampleTests", ["ChatExample", "SocketIOServer", "JSONBytes", "TestSupport", nioCore], seeded: false),
        tests("AccessTests", ["Access", "JSONBytes", "Settings", "StreamAssembly"], seeded: false),
        tests("SettingsTests", ["SettingFlags", "Settings", argumentParser], seeded: false),
        tests(
            "DaemonTests",
            [
                "Access", "Daemon", "KeyspaceFollower", "SocketIOServer", "RedisClient", "RESP", "Settings",
                "StreamAssembly", "JSONBytes", "TestSupport", nioConcurrencyHelpers, nioCore, nioPosix, httpTypes,
                hummingbird, lifecycle, logging, signals,
            ]),
        tests("ProcFSTests", ["CSockDiag", "ProcFS", "TestSupport"], exclude: ["Fixtures"]),
        tests("ProbesTests", ["CHost", "Probes", "ProcFS", "JSONBytes", "SampleContract", "TestSupport"]),
        tests("SampleContractTests", ["SampleContract"], seeded: false),
        tests(
            "CollectorAgentTests",
            [
                "CollectorAgent", "Probes", "ProcFS", "RedisClient", "RESP", "SampleContract", "Settings", "JSONBytes",
                "TestSupport", nioCore, nioPosix, lifecycle, logging,
            ], seeded: false),
    ]
)
