package cite

// Version names the rules and tables of this package. It changes whenever an equal document may
// give other citations: what an index holds is not made again while it stays.
const Version = "1"
