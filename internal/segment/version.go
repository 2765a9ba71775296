package segment

// Version names the rules and tables of this package. It changes whenever an equal document may
// give other passages: what an index holds is not made again while it stays.
const Version = "1"
