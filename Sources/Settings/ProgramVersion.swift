/// The version of the programs and of their packages: this line is the one place.
package let programVersion = "0.1.0"
