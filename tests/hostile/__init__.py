"""Define malicious or extreme projects: each must end soon, with little memory, and with located errors."""
