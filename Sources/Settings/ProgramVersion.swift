/// The version of the programs and their packages. It is set only here.
package let programVersion = "0.1.0"
